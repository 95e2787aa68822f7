-- source: { zh: 市税务局纳税申报, en: Tax returns }
-- columns:
--   revenue_fen: { kind: money, zh: 上年营业收入, en: Last year's revenue }
--   revenue_before_fen: { kind: money, zh: 前年营业收入, en: Revenue of the year before }
--   tax_fen: { kind: money, zh: 上年纳税额, en: Last year's tax }
--   tax_before_fen: { kind: money, zh: 前年纳税额, en: Tax of the year before }
--   rd_fen: { kind: money, zh: 上年研发费用, en: Last year's research expense }
--   rd_before_fen: { kind: money, zh: 前年研发费用, en: Research expense of the year before }
select r.company_id,
    sum(case when cast(s.year as integer) = date_part('year', $on) - 1 then s.revenue_fen end) as revenue_fen,
    sum(case when cast(s.year as integer) = date_part('year', $on) - 2 then s.revenue_fen end) as revenue_before_fen,
    sum(case when cast(s.year as integer) = date_part('year', $on) - 1 then s.tax_fen end) as tax_fen,
    sum(case when cast(s.year as integer) = date_part('year', $on) - 2 then s.tax_fen end) as tax_before_fen,
    sum(case when cast(s.year as integer) = date_part('year', $on) - 1 then s.rd_expense_fen end) as rd_fen,
    sum(case when cast(s.year as integer) = date_part('year', $on) - 2 then s.rd_expense_fen end) as rd_before_fen
from source.tax.payment s join data.enterprise.record r on r.source = 'source.tax.payment'
    and r.record_key = concat_ws('|', s.credit_code, cast(s.year as varchar))
group by r.company_id
