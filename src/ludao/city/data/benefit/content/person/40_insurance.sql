-- source: { zh: 市人社局社会保险, en: Social insurance }
-- columns:
--   is_insured: { kind: boolean, zh: 社保在缴, en: Insured now, none: false }
--   insurance_kind: { kind: text, zh: 参保类别, en: Kind of insurance, none: 无 }
--   insured_on: { kind: date, zh: 首次参保日期, en: First insured on }
--   insured_months: { kind: number, zh: 累计参保月数, en: Months insured in all, none: 0, unit: { zh: 个月, en: months } }
--   insurance_base_fen: { kind: money, zh: 缴费基数, en: Base of contributions, none: 0 }
--   employer_code: { kind: text, zh: 用人单位, en: Employer, grade: sensitive }
select r.person_id, bool_or(s.ended_on is null or s.ended_on >= $on) as is_insured,
    max_by(s.kind, s.began_on) as insurance_kind, min(s.began_on) as insured_on,
    sum(date_diff('month', s.began_on, least(coalesce(s.ended_on, $on), $on))) as insured_months, max_by(s.base_fen, s.began_on) as insurance_base_fen,
    max_by(s.credit_code, s.began_on) as employer_code
from source.social.insurance s join data.person.record r on r.source = 'source.social.insurance' and r.record_key = s.ss_number
group by r.person_id
