import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalProduct } from '../support/local-product.ts';
import { startProduct } from '../support/local-product.ts';

const shanghai = (text: string): string => new Date(`${text.replace(' ', 'T')}:00+08:00`).toISOString();

const orderData = (orderId: string, overrides: Record<string, unknown> = {}) => ({
  orderId,
  kind: 'remote-7day',
  system: '芸苔系统',
  acceptedAt: '2025-03-08T09:00:00+08:00',
  shop: { name: '星河量贩KTV', package: '旗舰版', businessType: 'KTV', needs: ['预订', '收银', '存酒'] },
  customer: { name: '王秀英', phone: '13812345678' },
  training: { startsAt: '2025-03-09T14:00:00+08:00', minutes: 90 },
  trainer: { id: 'T-1', name: '张三' },
  assistant: { id: 'A-1', name: '李四' },
  sales: { id: 'S-1', name: '赵六' },
  group: { robotKey: `key-${orderId}` },
  fees: { training: 30000, maintenance: 7000 },
  ...overrides,
});

describe.each(['sources', 'bundles'] as const)(
  'an order from the webhook to its close, run from %s',
  (code) => {
    let product: LocalProduct;
    beforeAll(async () => {
      product = await startProduct({ clockStart: '2025-03-08T09:00:00+08:00', code });
    });
    afterAll(async () => {
      await product.stop();
      product.forget();
    });
    const act = async (action: string, body: unknown, staffId: string, role: string) => {
      const { status, body: answer } = await product.act('SO-1', action, body, staffId, role);
      expect([action, status, answer.error]).toEqual([action, 200, undefined]);
      return answer;
    };
    const told = async (orderId: string) =>
      (await product.messages(`key-${orderId}`)).map(({ at, text, mentioned }) => ({
        at,
        first: text.split('\n')[0]!,
        mentioned,
      }));

    it('R1.2 taken on 8 March with training on 9 March 14:00: deadline 17 March and its remark', async () => {
      const created = await product.crm('order.created', orderData('SO-1'), 'created-1');
      expect(created).toEqual({
        status: 201,
        body: { orderId: 'SO-1', stage: 'preparation', deadline: '2025-03-17', remark: '截止3/17 张三' },
      });
      const again = await product.crm('order.created', orderData('SO-1'), 'created-1');
      expect(again).toEqual({ ...created, status: 200 });
      const other = await product.crm(
        'order.created',
        orderData('SO-1', { system: '游乐宝系统' }),
        'created-2',
      );
      expect(other.status).toBe(409);
    });

    it('R1.1 R1.2 assistant and trainer are told at once, each mentioned', async () => {
      const notices = await told('SO-1');
      expect(notices.toSorted((a, b) => a.mentioned[0]!.localeCompare(b.mentioned[0]!))).toEqual([
        {
          at: shanghai('2025-03-08 09:00'),
          first: '【待办】请把接单人张三拉进「星河量贩KTV」的对接群',
          mentioned: ['A-1'],
        },
        {
          at: shanghai('2025-03-08 09:00'),
          first: '【待办】请把群备注改为：截止3/17 张三',
          mentioned: ['T-1'],
        },
      ]);
    });

    it('R1.3 the call task is due at 13:00, and the plan says so beforehand', async () => {
      const plan = (await product.read('/api/orders/SO-1/plan')).body.timers;
      expect(plan).toContainEqual(
        expect.objectContaining({
          at: shanghai('2025-03-09 13:00'),
          step: 'call-customer-1.tell',
          rule: 'R1.3',
        }),
      );
      const { tasks } = (await product.read('/api/orders/SO-1')).body;
      expect(tasks).toContainEqual(
        expect.objectContaining({
          kind: 'call-customer',
          state: 'open',
          dueAt: shanghai('2025-03-09 13:00'),
        }),
      );
    });

    it('R1.3 moved by phone at 13:05: remark, deadline and every timer move, and nobody hears of the old time again', async () => {
      await act('join-group', {}, 'A-1', 'assistant');
      await act('set-remark', {}, 'T-1', 'trainer');
      await product.turnTo(shanghai('2025-03-08 20:30'));
      await act('confirm-tools', { recorder: true, remoteControl: true, wecom: true }, 'T-1', 'trainer');
      await product.turnTo(shanghai('2025-03-09 13:05'));
      const before = (await told('SO-1')).length;
      const moved = await act(
        'confirm-time',
        { outcome: 'moved', startsAt: '2025-03-10T10:00:00+08:00' },
        'T-1',
        'trainer',
      );
      expect(moved).toMatchObject({ deadline: '2025-03-18', remark: '截止3/18 张三' });
      await product.turnTo(shanghai('2025-03-10 09:00'));
      const after = (await product.messages('key-SO-1')).slice(before);
      expect(after.filter(({ text }) => text.includes('3月9日 14:00') && !text.includes('改期'))).toEqual([]);
      expect(after.at(-1)).toMatchObject({
        at: shanghai('2025-03-10 09:00'),
        text: expect.stringContaining('3月10日 10:00'),
        mentioned: ['T-1'],
      });
    });

    it('R1.4 R2.1 R2.4 training starts after the needs check, and its end is told to the assistant by the product', async () => {
      await act('set-remark', {}, 'T-1', 'trainer');
      await act('confirm-time', { outcome: 'confirmed' }, 'T-1', 'trainer');
      const early = await product.act('SO-1', 'start-training', {}, 'T-1', 'trainer');
      expect(early).toMatchObject({ status: 409, body: { error: 'not-yet', missing: ['confirm-needs'] } });
      await act('confirm-needs', { extraNeeds: ['小程序预订'], understood: true }, 'T-1', 'trainer');
      await act('send-notice', {}, 'T-1', 'trainer');
      await product.turnTo(shanghai('2025-03-10 10:00'));
      expect((await act('start-training', {}, 'T-1', 'trainer')).stage).toBe('training');
      await product.turnTo(shanghai('2025-03-10 11:30'));
      expect((await act('finish-training', {}, 'T-1', 'trainer')).stage).toBe('maintenance');
      expect((await told('SO-1')).slice(-2)).toMatchObject([
        { first: expect.stringContaining('首次培训已完成'), mentioned: ['A-1'] },
        { first: expect.stringContaining('请上传'), mentioned: ['T-1'] },
      ]);
    });

    it('R4.1 R4.2 R4.3 R4.4 day 9 asks for the summary at 09:00, and the order closes when the trainer has left the group', async () => {
      await product.turnTo(shanghai('2025-03-18 09:00'));
      expect((await told('SO-1')).slice(-2)).toEqual([
        expect.objectContaining({ at: shanghai('2025-03-17 20:00') }),
        expect.objectContaining({ at: shanghai('2025-03-18 09:00'), mentioned: ['T-1'] }),
      ]);
      await act('record-summary', { answered: ['存酒到期怎么提醒'], open: [] }, 'T-1', 'trainer');
      await act('record-signature', { where: 'wecom' }, 'T-1', 'trainer');
      await act('return-visit', { ok: true }, 'S-1', 'sales');
      await act('hand-over', {}, 'T-1', 'trainer');
      await act('accept-hand-over', {}, 'C-1', 'service');
      const closed = await act('leave-group', {}, 'T-1', 'trainer');
      expect(closed).toMatchObject({ stage: 'closed', nextTimerAt: null });
      const count = (await product.messages()).length;
      await product.turnTo(shanghai('2025-03-31 09:00'));
      expect((await product.messages()).length).toBe(count);
    });

    it('the history is whole, and explains every notice with its rule and what became of it', async () => {
      const history = (await product.read('/api/orders/SO-1/history')).body;
      expect(history.brokenAt).toBeNull();
      expect(JSON.stringify(history)).not.toMatch(/王秀英|13812345678|星河/);
      const { explanations } = (await product.read('/api/orders/SO-1/why')).body;
      const notices = explanations.filter((item: { what: string }) => item.what === 'notice');
      const ends: string[] = notices.map((item: { result: { state: string } }) => item.result.state);
      const shown = await product.messages('key-SO-1');
      expect(ends.filter((state) => state === 'done')).toHaveLength(shown.length);
      /** What was done before its notice went out needs no notice any more. */
      expect(ends.filter((state) => state !== 'done' && state !== 'void')).toEqual([]);
    });
  },
);
