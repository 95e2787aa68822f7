-- title: { zh: 共享数据使用量, en: Use of shared data }
-- row: { zh: 一项共享授权在一个小时内的使用, en: the use of one grant within one hour }
-- key: [grant_id, hour]
-- fresh: live
-- scope: { organisation: owner_code }
-- columns:
--   grant_id: { zh: 授权编号, en: Grant }
--   hour: { zh: 小时, en: Hour }
--   address: { zh: 数据集, en: Dataset }
--   owner_code: { zh: 数源单位代码, en: Owner code }
--   holder_code: { zh: 使用单位代码, en: Holder code }
--   used_for: { zh: 用途, en: Purpose }
--   requests: { zh: 次数, en: Requests }
--   errors: { zh: 失败次数, en: Errors }
--   row_count: { zh: 返回行数, en: Rows }
select h.grant_id, h.hour, h.address, g.owner_id as owner_code, coalesce(g.organisation_id, '') as holder_code, g.purpose as used_for,
       h.requests, h.errors, h.rows as row_count
from data_sharing_hour h
join data_sharing_grant g on g.id = h.grant_id
