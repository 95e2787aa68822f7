-- title: { zh: 指标预警, en: Indicator alerts }
-- row: { zh: 一个指标值引起的一次预警, en: "one alert raised by an indicator's value" }
-- key: [alert]
-- fresh: live
-- scope: { organisation: owner_code, area: area_code }
-- columns:
--   alert: { zh: 编号, en: Alert }
--   code: { zh: 指标编码, en: Indicator }
--   area_code: { zh: 区划代码, en: Area }
--   starts_on: { zh: 周期起始, en: Period begins }
--   kind: { zh: 类型, en: Kind }
--   light: { zh: 等级, en: Grade }
--   value: { zh: 数值, en: Value }
--   owner_code: { zh: 责任单位, en: Owner }
--   state: { zh: 状态, en: State }
--   made_at: { zh: 发现时间, en: Found }
--   due_at: { zh: 处置期限, en: Due }
--   closed_at: { zh: 处置时间, en: Closed }
select id as alert, indicator_id as code, area_id as area_code, starts_on, kind, light, value, owner_id as owner_code,
  state, made_at, due_at, closed_at
from indicator_alert
