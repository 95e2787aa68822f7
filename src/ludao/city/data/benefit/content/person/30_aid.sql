-- source: { zh: 市民政局社会救助, en: "Civil affairs: social aid" }
-- columns:
--   aid_kind: { kind: text, zh: 家庭救助类别, en: Kind of aid to the household, grade: sensitive, none: 无 }
--   aid_monthly_fen: { kind: money, zh: 家庭月救助金, en: Monthly aid to the household, grade: sensitive, none: 0 }
--   aid_on: { kind: date, zh: 救助开始日期, en: Aid since, grade: sensitive }
select person_id, max_by(kind, began_on) as aid_kind, max_by(monthly_fen, began_on) as aid_monthly_fen,
    max(began_on) as aid_on
from (
    select r.person_id, s.kind, s.monthly_fen, s.began_on, s.ended_on
    from source.civil.aid s
    join data.person.record r on r.source = 'source.civil.aid' and r.record_key = s.aid_number
    union all
    select r.person_id, s.kind, s.monthly_fen, s.began_on, s.ended_on
    from source.civil.aid s join source.police.resident m on m.household_id = s.household_id
    join data.person.record r on r.source = 'source.police.resident' and r.record_key = m.id_number
) a
where began_on <= $on and (ended_on is null or ended_on >= $on)
group by person_id
