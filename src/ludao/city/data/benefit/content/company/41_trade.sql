-- source: { zh: 市商务局进出口, en: "Commerce: trade" }
-- columns:
--   export_fen: { kind: money, zh: 上年出口额, en: Last year's export, none: 0 }
--   export_before_fen: { kind: money, zh: 前年出口额, en: Export of the year before, none: 0 }
--   import_fen: { kind: money, zh: 上年进口额, en: Last year's import, none: 0 }
select r.company_id,
    sum(case when cast(s.year as integer) = date_part('year', $on) - 1 then s.export_fen end) as export_fen,
    sum(case when cast(s.year as integer) = date_part('year', $on) - 2 then s.export_fen end) as export_before_fen,
    sum(case when cast(s.year as integer) = date_part('year', $on) - 1 then s.import_fen end) as import_fen
from source.commerce.trade s join data.enterprise.record r on r.source = 'source.commerce.trade'
    and r.record_key = concat_ws('|', s.credit_code, cast(s.year as varchar))
group by r.company_id
