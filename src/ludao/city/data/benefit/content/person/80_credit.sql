-- source: { zh: 市中级人民法院, en: The intermediate court }
-- columns:
--   is_dishonest: { kind: boolean, zh: 失信被执行人, en: Listed as dishonest, grade: sensitive, none: false }
select r.person_id, true as is_dishonest
from source.court.dishonest s join data.person.record r on r.source = 'source.court.dishonest' and r.record_key = s.case_number
where s.published_on <= $on and (s.removed_on is null or s.removed_on > $on)
group by r.person_id
