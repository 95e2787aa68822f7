-- source: { zh: 市税务局纳税信用, en: "Tax: credit band" }
-- columns:
--   tax_band: { kind: text, zh: 纳税信用等级, en: Tax credit band }
select r.company_id, max_by(s.band, cast(s.year as integer)) as tax_band
from source.tax.taxpayer s join data.enterprise.record r on r.source = 'source.tax.taxpayer'
    and r.record_key = concat_ws('|', s.credit_code, cast(s.year as varchar))
where cast(s.year as integer) < date_part('year', $on)
group by r.company_id
