/** What customers ask in their groups. */
export const questions = [
  '包厢预订后怎么改时间？',
  '会员充值后余额没有变',
  '小票打印机不出纸了',
  '次卡核销提示已过期，怎么办？',
  '今天的交接班报表对不上',
  '团购券扫不出来',
  '怎么给新员工开权限？',
  '门锁没有跟着开台',
  '寄存的酒水在哪里查？',
  '怎么设置节假日价格？',
] as const;

/** What they add while they wait. */
export const pleas = [
  '前台排着队，麻烦看一下',
  '刚才重启过，还是一样',
  '在吗？',
  '拍了照片发在上面',
] as const;

export const answers = [
  '已经帮您改好了，您再刷新看看',
  '在“设置—权限”里勾选就可以',
  '我远程看一下，请打开向日葵',
  '是缓存的问题，退出重新登录即可',
  '截图发您了，按这三步操作',
  '已恢复，原因是网络断过一次',
] as const;

export const thanks = ['好的，谢谢老师', '可以了，辛苦', '明白了，谢谢'] as const;
