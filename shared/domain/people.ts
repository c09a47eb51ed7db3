import type { Desks } from './decision.ts';
import { activeEmergency } from './holdings.ts';
import type { Order } from './order.ts';
import type { Party } from './policy.ts';

/** R3.3 Whoever answers the customer now. */
export const responderOf = (order: Order): 'trainer' | 'support' =>
  activeEmergency(order.facts) === null ? 'trainer' : 'support';

/** Staff ids of a party: a person of the order, or whoever sits at a desk. */
export const staffOf = (order: Order, party: Party, desks: Desks): readonly string[] => {
  switch (party) {
    case 'trainer':
    case 'assistant':
    case 'sales':
      return [order[party].id];
    case 'manager':
    case 'service':
    case 'support':
      return desks[party];
    case 'responder':
      return staffOf(order, responderOf(order), desks);
  }
};

/** How a party is called in a message. */
export const partyName = (order: Order, party: Party): string => {
  switch (party) {
    case 'trainer':
    case 'assistant':
    case 'sales':
      return order[party].name;
    case 'manager':
      return '主管';
    case 'service':
      return '客服';
    case 'support':
      return '客成组';
    case 'responder':
      return partyName(order, responderOf(order));
  }
};

/** `138****5678`: enough to recognise a number, not to dial it; of a short one that would be nearly all. */
export const maskPhone = (phone: string): string =>
  phone.length < 11 ? '****' : `${phone.slice(0, 3)}****${phone.slice(-4)}`;

/** `王**`: the family name only. */
export const maskName = (name: string): string => name.replace(/(?<=.).*/su, '**');
