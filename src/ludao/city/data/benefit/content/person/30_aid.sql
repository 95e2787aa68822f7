-- source: { zh: 市民政局社会救助, en: "Civil affairs: social aid" }
-- columns:
--   aid_kind: { kind: text, zh: 救助类别, en: Kind of aid, grade: sensitive, none: 无 }
--   aid_monthly_fen: { kind: money, zh: 月救助金, en: Monthly aid, grade: sensitive, none: 0 }
--   aid_on: { kind: date, zh: 救助开始日期, en: Aid since, grade: sensitive }
select r.person_id, max_by(s.kind, s.began_on) as aid_kind, max_by(s.monthly_fen, s.began_on) as aid_monthly_fen,
    max(s.began_on) as aid_on
from source.civil.aid s join data.person.record r on r.source = 'source.civil.aid' and r.record_key = s.aid_number
where s.began_on <= $on and (s.ended_on is null or s.ended_on >= $on)
group by r.person_id
