-- title: { zh: 指标值, en: Indicator values }
-- row: { zh: 一个指标在一个区域一个周期的数值, en: "one indicator's value of one area and one period" }
-- key: [code, area_code, starts_on]
-- fresh: live
-- scope: none
-- columns:
--   code: { zh: 指标编码, en: Indicator }
--   title: { zh: 指标名称, en: Title }
--   theme: { zh: 主题, en: Theme }
--   area_code: { zh: 区划代码, en: Area }
--   period: { zh: 周期类型, en: Kind of period }
--   starts_on: { zh: 周期起始, en: Period begins }
--   value: { zh: 数值, en: Value }
--   unit: { zh: 单位, en: Unit }
--   is_partial: { zh: 周期未完, en: Period not over }
--   data_on: { zh: 数据截至, en: Data as of }
--   computed_at: { zh: 取得时间, en: Made }
select v.indicator_id as code, i.title_zh as title, i.theme, v.area_id as area_code, i.period, v.starts_on, v.value,
  i.unit_zh as unit, v.is_partial, v.as_of as data_on, v.computed_at
from indicator_value v join indicator_indicator i on i.code = v.indicator_id
