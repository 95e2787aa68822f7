-- source: { zh: 市工信局工业产值, en: "Industry: output" }
-- columns:
--   output_fen: { kind: money, zh: 上年工业产值, en: Last year's output }
--   output_before_fen: { kind: money, zh: 前年工业产值, en: Output of the year before }
--   energy_tce: { kind: number, zh: 上年综合能耗, en: Last year's energy, unit: { zh: 吨标准煤, en: tce } }
--   energy_before_tce: { kind: number, zh: 前年综合能耗, en: Energy of the year before, unit: { zh: 吨标准煤, en: tce } }
select r.company_id,
    sum(case when cast(s.year as integer) = date_part('year', $on) - 1 then s.output_fen end) as output_fen,
    sum(case when cast(s.year as integer) = date_part('year', $on) - 2 then s.output_fen end) as output_before_fen,
    sum(case when cast(s.year as integer) = date_part('year', $on) - 1 then s.energy_tce end) as energy_tce,
    sum(case when cast(s.year as integer) = date_part('year', $on) - 2 then s.energy_tce end) as energy_before_tce
from source.industry.output s join data.enterprise.record r on r.source = 'source.industry.output'
    and r.record_key = concat_ws('|', s.credit_code, cast(s.year as varchar))
group by r.company_id
