-- title: { zh: 消息发送, en: Sendings }
-- row: { zh: 一条消息经一个渠道的发送, en: one notice by one channel }
-- key: [sending]
-- fresh: live
-- right: notice.supervise
-- scope: none
-- columns: { sending: { zh: 编号, en: Sending }, key: { zh: 模板, en: Template }, channel: { zh: 渠道, en: Channel }, state: { zh: 状态, en: State }, tries: { zh: 次数, en: Tries }, made_at: { zh: 提出时间, en: Made }, sent_at: { zh: 发出时间, en: Sent }, delivered_at: { zh: 送达时间, en: Delivered } }
select id as sending, key, channel, state, tries, made_at, sent_at, delivered_at from notice_sending
