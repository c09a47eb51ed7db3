import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalProduct } from '../support/local-product.ts';
import { startProduct } from '../support/local-product.ts';

/** `2025-03-10 10:00`, also with seconds and milliseconds, as a Shanghai clock shows it. */
const shanghai = (text: string): string => {
  const [day, time = ''] = text.split(' ');
  return new Date(`${day}T${time.length === 5 ? `${time}:00` : time}+08:00`).toISOString();
};

/** An order taken on `day`, trained the day after from 14:00 to 16:00. */
const orderOf = (orderId: string, day: string, trainerId = 'T-1') => ({
  orderId,
  kind: 'remote-7day',
  system: '游乐宝系统',
  acceptedAt: `${day}T10:00:00+08:00`,
  shop: { name: '欢乐岛', package: '旗舰版', businessType: '室内乐园', needs: ['会员', '次卡'] },
  customer: { name: '赵敏', phone: '13912345678' },
  training: { startsAt: `${nextDay(day)}T14:00:00+08:00`, minutes: 120 },
  trainer: { id: trainerId, name: '张三' },
  assistant: { id: 'A-1', name: '李四' },
  sales: { id: 'S-1', name: '王五' },
  group: { robotKey: `key-${orderId}` },
  fees: { training: 30_000, maintenance: 10_005 },
});

const nextDay = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

const openProduct = async (clockStart: string) => {
  const product = await startProduct({ clockStart, code: 'bundles' });
  const act = async (orderId: string, action: string, body: unknown, staffId: string, role: string) => {
    const { status, body: answer } = await product.act(orderId, action, body, staffId, role);
    expect([action, status, answer.error]).toEqual([action, 200, undefined]);
    return answer;
  };
  return {
    product,
    act,
    /** The order is taken and trained: its maintenance has begun. */
    train: async (orderId: string, day: string): Promise<void> => {
      expect((await product.crm('order.created', orderOf(orderId, day))).status).toBe(201);
      await product.turnTo(shanghai(`${nextDay(day)} 14:00`));
      await act(orderId, 'confirm-time', { outcome: 'confirmed' }, 'T-1', 'trainer');
      await act(orderId, 'confirm-needs', { extraNeeds: [], understood: true }, 'T-1', 'trainer');
      await act(orderId, 'start-training', {}, 'T-1', 'trainer');
      await product.turnTo(shanghai(`${nextDay(day)} 16:00`));
      await act(orderId, 'finish-training', {}, 'T-1', 'trainer');
    },
    says: async (orderId: string, messageId: string, time: string, role = 'customer', id = 'wx-1') => {
      const said = { orderId, messageId, at: shanghai(time), author: { role, id }, text: '储值卡怎么退？' };
      const { status } = await product.say(said);
      expect(status).toBe(200);
    },
    order: async (orderId: string) => (await product.read(`/api/orders/${orderId}`)).body,
    told: async (orderId: string, after: string) =>
      (await product.messages(`key-${orderId}`)).filter(({ at }) => at > shanghai(after)),
  };
};
type Opened = Awaited<ReturnType<typeof openProduct>>;

const closeProduct = async (product: LocalProduct): Promise<void> => {
  await product.stop();
  product.forget();
};

describe('questions in the maintenance period', () => {
  let open: Opened;
  let product: LocalProduct;
  beforeAll(async () => {
    open = await openProduct('2025-03-08T10:00:00+08:00');
    ({ product } = open);
    await open.train('Q-1', '2025-03-08');
  });
  afterAll(async () => await closeProduct(product));

  const clocks = async () => (await open.order('Q-1')).clocks;

  it('R3.1 answered after 20:00.000 is in time, after 20:00.001 it is a breach', async () => {
    await product.turnTo(shanghai('2025-03-10 10:00'));
    await open.says('Q-1', 'm1', '2025-03-10 10:00');
    expect(await clocks()).toEqual([
      expect.objectContaining({
        kind: 'reply',
        rule: 'R3.1',
        startedAt: shanghai('2025-03-10 10:00'),
        dueAt: shanghai('2025-03-10 10:20'),
        state: 'running',
        holder: 'T-1',
      }),
    ]);
    await product.turnTo(shanghai('2025-03-10 10:20'));
    await open.says('Q-1', 'm2', '2025-03-10 10:20:00.000', 'trainer', 'T-1');
    await product.turnTo(shanghai('2025-03-10 11:00'));
    await open.says('Q-1', 'm3', '2025-03-10 11:00');
    await product.turnTo(shanghai('2025-03-10 11:20:00.001'));
    await open.says('Q-1', 'm4', '2025-03-10 11:20:00.001', 'trainer', 'T-1');
    expect((await clocks()).map(({ state }: { state: string }) => state)).toEqual(['met', 'breached']);
    const told = (await open.told('Q-1', '2025-03-10 09:59')).map(
      ({ at, text, mentioned }) =>
        `${at} ${text.startsWith('【超时】') ? 'breach' : 'reminder'} ${mentioned[0]}`,
    );
    // Both breach notices leave at the same instant, in either order.
    expect(told.toSorted()).toEqual([
      `${shanghai('2025-03-10 10:10')} reminder T-1`,
      `${shanghai('2025-03-10 11:10')} reminder T-1`,
      `${shanghai('2025-03-10 11:20:00.001')} breach A-1`,
      `${shanghai('2025-03-10 11:20:00.001')} breach T-1`,
    ]);
  });

  it('R3.1 R3.5 unanswered: breach at 20 minutes, call duty at 60; a late answer in the chat does not close the duty, a call does', async () => {
    await product.turnTo(shanghai('2025-03-10 14:00'));
    await open.says('Q-1', 'm5', '2025-03-10 14:00');
    await product.turnTo(shanghai('2025-03-10 14:21'));
    expect((await clocks()).at(-1)).toMatchObject({ state: 'breached', endedAt: null });
    expect((await open.order('Q-1')).duties).toEqual([]);
    await product.turnTo(shanghai('2025-03-10 15:00'));
    expect((await open.order('Q-1')).duties).toEqual([
      expect.objectContaining({
        rule: 'R3.5',
        state: 'open',
        holder: 'T-1',
        startedAt: shanghai('2025-03-10 15:00'),
        dueAt: shanghai('2025-03-10 15:15'),
      }),
    ]);
    await product.turnTo(shanghai('2025-03-10 15:05'));
    await open.says('Q-1', 'm6', '2025-03-10 15:05', 'trainer', 'T-1');
    await product.turnTo(shanghai('2025-03-10 15:31'));
    expect((await open.order('Q-1')).duties).toMatchObject([{ state: 'overdue' }]);
    const escalated = await open.told('Q-1', '2025-03-10 15:10');
    expect(escalated.map(({ mentioned }) => mentioned[0])).toEqual(['T-1', 'A-1']);
    const call = { at: '2025-03-10T15:35:00+08:00', outcome: 'resolved', note: '已致歉并处理好' };
    await product.turnTo(shanghai('2025-03-10 15:36'));
    const { duties } = await open.act('Q-1', 'record-call', call, 'T-1', 'trainer');
    expect(duties).toMatchObject([{ state: 'done' }]);
  });

  it('R3.1 each verdict explains itself in one sentence with its history entries', async () => {
    const { explanations } = (await product.read('/api/orders/Q-1/why')).body;
    const breach = explanations.find(
      (item: { what: string; why: string }) => item.what === 'clock' && item.why.includes('11:20:00.001'),
    );
    expect(breach.why).toMatch(
      /3月10日 11:00:00 提问.*20 分钟内即最晚 3月10日 11:20:00 答复.*11:20:00\.001 由张三答复.*超时.*张三.*R3\.1/u,
    );
    const { entries } = (await product.read('/api/orders/Q-1/history')).body;
    const events = breach.evidence.map((seq: number) => entries[seq - 1].event);
    expect(events).toEqual(['message-received', 'message-sent']);
    expect(JSON.stringify(entries)).not.toContain('储值卡');
  });

  it('R3.2 support steps in three times, the fourth request is refused until a manager overrides', async () => {
    const step = async () => {
      await open.act('Q-1', 'request-support', { reason: '正在直播' }, 'T-1', 'trainer');
      return await open.act('Q-1', 'take-over', {}, 'support-1', 'support');
    };
    await step();
    await step();
    await open.act('Q-1', 'request-support', { reason: '正在直播' }, 'T-1', 'trainer');
    const asked = (await product.messages('key-Q-1')).filter(({ text }) => text.includes('最后一次支援'));
    expect(asked.map(({ mentioned }) => mentioned)).toEqual([['support-1']]);
    const both = await Promise.all(
      ['support-1', 'support-2'].map(async (id) => await product.act('Q-1', 'take-over', {}, id, 'support')),
    );
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 409]));
    const request = async () =>
      await product.act('Q-1', 'request-support', { reason: '正在直播' }, 'T-1', 'trainer');
    expect(await request()).toMatchObject({
      status: 409,
      body: { error: 'budget-spent', rule: 'R3.2', limit: 3, used: 3 },
    });
    await open.act('Q-1', 'override-support-limit', { reason: '客户开业' }, 'manager-1', 'manager');
    expect((await request()).status).toBe(200);
    expect((await open.act('Q-1', 'take-over', {}, 'support-1', 'support')).support).toMatchObject({
      used: 4,
      left: 0,
    });
  });

  it('R3.4 reassigned on day 5: 4/7 and 3/7 of the fee with the odd fen to the earlier days; statement and ledger agree', async () => {
    await product.turnTo(shanghai('2025-03-13 11:00'));
    const trainer = { id: 'T-2', name: '赵六' };
    const moved = await open.act('Q-1', 'reassign', { trainer, reason: '张三出差' }, 'A-1', 'assistant');
    expect(moved).toMatchObject({ remark: '截止3/17 赵六', people: { trainer } });
    expect(
      moved.tasks
        .filter(({ state }: { state: string }) => state === 'open')
        .map(({ kind }: { kind: string }) => kind),
    ).toEqual(expect.arrayContaining(['join-group', 'set-remark']));
    const old = await product.act('Q-1', 'report-unavailable', { reason: '点了旧卡片' }, 'T-1', 'trainer');
    expect(old).toMatchObject({ status: 409, body: { error: 'former-trainer' } });
    await product.turnTo(shanghai('2025-03-17 00:01'));
    const { lines: entries, total } = (await product.read('/api/orders/Q-1/ledger')).body;
    const shares = entries
      .filter(({ kind }: { kind: string }) => kind === 'maintenance')
      .map(({ trainerId, amount, days }: { trainerId: string; amount: number; days: number[] }) => [
        trainerId,
        amount,
        days,
      ]);
    // 10,005 fen over 7 days: 1,429 each, and the two odd fen to days 2 and 3.
    expect(shares).toEqual([
      ['T-1', 5718, [2, 3, 4, 5]],
      ['T-2', 4287, [6, 7, 8]],
    ]);
    expect(total).toBe(40_005);
    const statement = (await product.read('/api/settlements/2025-03')).body;
    const amounts = statement.lines.map(({ amount }: { amount: number }) => amount);
    expect(amounts.reduce((a: number, b: number) => a + b, 0)).toBe(total);
    const own = (await product.read('/api/settlements/2025-03', 'T-2', 'trainer')).body;
    expect(own.lines).toEqual([
      expect.objectContaining({
        rule: 'R3.4',
        orderId: 'Q-1',
        trainerId: 'T-2',
        amount: 4287,
        why: expect.stringContaining('42.87'),
      }),
    ]);
    const csv = await product.text('/api/settlements/2025-03?trainer=T-2', 'text/csv', 'M-1', 'manager');
    expect(await csv.text()).toContain('42.87');
    const page = await product.text('/api/settlements/2025-03', 'text/html', 'M-1', 'manager');
    expect(await page.text()).toContain('赵六');
  });

  it('R3.1 a stricter policy over the month names who would have breached', async () => {
    const changes = { replies: { minutes: 15, remindMinutes: 5 } };
    const { status, body } = await product.ask(
      '/api/what-if',
      { month: '2025-03', changes },
      'M-1',
      'manager',
    );
    expect([status, body.orders, body.breaches]).toEqual([200, 1, { before: 2, after: 3 }]);
    expect(body.changed).toEqual([
      {
        orderId: 'Q-1',
        pay: [],
        clocks: [
          expect.objectContaining({ messageId: 'm1', holder: 'T-1', before: 'met', after: 'breached' }),
        ],
      },
    ]);
  });
});

describe('the peak season', () => {
  let open: Opened;
  let product: LocalProduct;
  beforeAll(async () => {
    open = await openProduct('2025-10-09T10:00:00+08:00');
    ({ product } = open);
    await open.train('P-1', '2025-10-09');
  });
  afterAll(async () => await closeProduct(product));

  it('R3.3 an emergency plan is previewed, and in October support steps in without using the budget', async () => {
    await product.turnTo(shanghai('2025-10-12 09:00'));
    const plan = { on: true, reason: '十月订单集中' };
    const preview = await product.ask(
      '/api/orders/P-1/actions/emergency-plan?dryRun=true',
      plan,
      'A-1',
      'assistant',
    );
    expect(preview.body).toMatchObject({
      pay: [{ trainerId: 'T-1', before: 40_005, after: 32_860 }],
      dryRun: true,
      notices: expect.arrayContaining([expect.objectContaining({ tell: 'support' })]),
    });
    expect((await open.order('P-1')).emergency).toBeNull();
    await open.act('P-1', 'emergency-plan', plan, 'A-1', 'assistant');
    for (let step = 0; step < 5; step += 1) {
      await open.act('P-1', 'request-support', { reason: '问题集中' }, 'T-1', 'trainer');
      const { support } = await open.act('P-1', 'take-over', {}, 'support-1', 'support');
      expect(support).toMatchObject({ used: 0, left: 3 });
    }
  });

  it('R3.3 while it is on, support answers for the questions', async () => {
    await open.says('P-1', 'm1', '2025-10-12 09:00');
    expect((await open.order('P-1')).clocks.at(-1)).toMatchObject({ holder: 'support', state: 'running' });
    await product.turnTo(shanghai('2025-10-12 09:15'));
    expect((await open.told('P-1', '2025-10-12 09:05')).at(-1)?.mentioned).toEqual(['support-1']);
    await open.says('P-1', 'm2', '2025-10-12 09:15', 'support', 'support-1');
  });

  it('R3.4 the two days that begin under the plan are paid to nobody', async () => {
    await product.turnTo(shanghai('2025-10-14 10:00'));
    await open.act('P-1', 'emergency-plan', { on: false, reason: '恢复' }, 'A-1', 'assistant');
    await product.turnTo(shanghai('2025-10-18 00:01'));
    const { lines: entries, days } = (await product.read('/api/orders/P-1/ledger')).body;
    const unpaid = days.filter(({ trainerId }: { trainerId: string | null }) => trainerId === null);
    expect(unpaid.map(({ date }: { date: string }) => date)).toEqual(['2025-10-13', '2025-10-14']);
    const paid = entries.find(({ kind }: { kind: string }) => kind === 'maintenance');
    expect(paid).toMatchObject({ trainerId: 'T-1', amount: 7147, days: [2, 3, 6, 7, 8] });
  });
});
