-- source: { zh: 市人社局社会保险, en: Social insurance }
-- columns:
--   insured_now: { kind: number, zh: 在缴社保人数, en: Staff insured now, none: 0, unit: { zh: 人, en: people } }
--   insured_year_ago: { kind: number, zh: 一年前社保人数, en: Staff insured a year ago, none: 0, unit: { zh: 人, en: people } }
--   hired: { kind: number, zh: 近一年新参保人数, en: Newly insured within a year, none: 0, unit: { zh: 人, en: people } }
--   payroll_base_fen: { kind: money, zh: 月缴费基数合计, en: Monthly base of all staff, none: 0 }
select c.company_id, count(case when s.ended_on is null or s.ended_on >= $on then 1 end) as insured_now,
    count(case when s.began_on <= $on - interval 1 year and (s.ended_on is null or s.ended_on >= $on - interval 1 year) then 1 end) as insured_year_ago,
    count(case when s.began_on > $on - interval 1 year then 1 end) as hired,
    sum(case when s.ended_on is null or s.ended_on >= $on then s.base_fen else 0 end) as payroll_base_fen
from source.social.insurance s
join data.enterprise.company c on c.credit_code = s.credit_code
group by c.company_id
