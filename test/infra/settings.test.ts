import { describe, expect, it } from 'vitest';
import { readSettings, warningsOf } from '../../infra/cloud/settings.ts';

const stage = {
  desks: { manager: ['lin'], service: ['wu'], support: ['hu'] },
  wecomEndpoint: 'https://qyapi.weixin.qq.com',
  crmAuth: 'signature',
  encryption: 'aws-managed',
  deletionProtection: true,
  fixedEgressIp: false,
  logRetentionDays: 180,
  alarmEmail: 'operators@example.com',
};

describe('settings of a deployment', () => {
  it('are read for every stage, or for the one that is asked for', () => {
    expect([...readSettings({ dev: stage, prod: stage }, undefined).keys()]).toEqual(['dev', 'prod']);
    expect([...readSettings({ dev: stage, prod: stage }, 'prod').keys()]).toEqual(['prod']);
    expect(() => readSettings({ dev: stage }, 'test')).toThrow('no stage "test"');
  });

  it.each([
    ['a missing choice', { ...stage, crmAuth: undefined }, 'stages.prod.crmAuth'],
    ['a misspelt setting', { ...stage, alarmMail: 'x' }, 'alarmMail'],
    [
      'an empty desk',
      { ...stage, desks: { manager: [], service: ['wu'], support: ['hu'] } },
      'stages.prod.desks.manager',
    ],
    [
      'a retention that CloudWatch lacks',
      { ...stage, logRetentionDays: 100 },
      'stages.prod.logRetentionDays',
    ],
    ['logs that never end', { ...stage, logRetentionDays: 9999 }, 'a number of days that ends'],
    ['WeCom without TLS', { ...stage, wecomEndpoint: 'http://qyapi.weixin.qq.com' }, 'an https address'],
    [
      'an origin with a path',
      { ...stage, consoleOrigins: ['https://a.cn/b'] },
      'stages.prod.consoleOrigins.0',
    ],
    ['concurrency of no function', { ...stage, reservedConcurrency: { nobody: 1 } }, 'reservedConcurrency'],
    ['a region that is none', { ...stage, region: 'beijing' }, 'a region such as cn-north-1'],
  ])('%s is named', (_, prod, mistake) => {
    expect(() => readSettings({ prod }, undefined)).toThrow(mistake);
  });

  it('a stage name has to fit into names', () => {
    expect(() => readSettings({ 'Very-Long-Stage': stage }, undefined)).toThrow('a stage name of 2 to 12');
  });

  it('sample staff and a protected stage without an address for alarms are warned of, so that a strict deployment stops', () => {
    const read = (settings: object) => warningsOf(readSettings({ prod: settings }, undefined).get('prod')!);
    expect(read(stage)).toEqual([]);
    expect(
      read({ ...stage, desks: { manager: ['sample-manager'], service: ['wu'], support: ['hu'] } }),
    ).toHaveLength(1);
    expect(read({ ...stage, alarmEmail: undefined })).toHaveLength(1);
  });
});
