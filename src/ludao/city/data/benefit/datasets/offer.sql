-- title: { zh: 免申即享兑付, en: Benefits offered and paid }
-- row: { zh: 一项政策一期给一个对象, en: "one policy, one period, one person or enterprise" }
-- key: [offer_id]
-- fresh: live
-- scope: { area: area_code }
-- columns:
--   offer_id: { zh: 编号, en: Offer }
--   policy_code: { zh: 政策, en: Policy }
--   entity: { zh: 对象, en: For }
--   area_code: { zh: 社区, en: Community }
--   period: { zh: 期间, en: Period }
--   amount_fen: { zh: 金额（分）, en: Amount in fen }
--   state: { zh: 状态, en: State }
--   offered_at: { zh: 通知时间, en: Offered }
--   paid_at: { zh: 兑付时间, en: Paid }
select o.id as offer_id, o.policy_id as policy_code, o.entity, o.area_code, o.period, o.amount_fen, o.state,
    o.offered_at, o.paid_at
from data_benefit_offer o
