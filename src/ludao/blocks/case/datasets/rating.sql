-- title: { zh: 好差评, en: Ratings }
-- row: { zh: 申请人对一件办件的一次评价, en: "one applicant's rating of one case" }
-- key: [rating_id]
-- fresh: live
-- scope: { organisation: organisation_code, area: area_code }
-- columns:
--   rating_id: { zh: 评价标识, en: Rating }
--   case_id: { zh: 办件标识, en: Case }
--   kind: { zh: 类型, en: Kind }
--   item: { zh: 事项编码, en: Item }
--   organisation_code: { zh: 承办机构, en: Organisation }
--   area_code: { zh: 区域, en: Area }
--   grade: { zh: 评价（1—5）, en: Grade from 1 to 5 }
--   rated_at: { zh: 评价时间, en: Rated }
select r.id as rating_id, r.case_id, c.kind, c.item, c.organisation_id as organisation_code, c.area_id as area_code,
    r.grade, r.at as rated_at
from case_rating r join case_case c on c.id = r.case_id
