-- title: { zh: 渠道事项, en: Items on channels }
-- row: { zh: 一个事项在一个渠道上, en: one item on one channel }
-- key: [code, channel]
-- fresh: live
-- scope: none
-- right: find
-- columns: { code: { zh: 事项编码, en: Item }, channel: { zh: 渠道, en: Channel }, name: { zh: 事项名称, en: Name }, organisation: { zh: 实施机构, en: Organisation }, is_online: { zh: 可直接申请, en: Apply here }, placed_at: { zh: 上线时间, en: Placed } }
select code, channel, name_zh as name, organisation, is_online, placed_at
from services_channel_placement
where is_on
