-- source: { zh: 市科技局、市工信局认定, en: Recognitions }
-- columns:
--   high_tech_on: { kind: date, zh: 高新技术企业认定日期, en: Recognised as high-tech on }
--   high_tech_times: { kind: number, zh: 高新技术企业认定次数, en: Times recognised as high-tech, none: 0, unit: { zh: 次, en: times } }
--   is_high_tech: { kind: boolean, zh: 高新技术企业, en: High-tech enterprise, none: false }
--   is_specialised: { kind: boolean, zh: 专精特新企业, en: Specialised and innovative, none: false }
--   specialised_on: { kind: date, zh: 专精特新认定日期, en: Recognised as specialised on }
--   is_tech_sme: { kind: boolean, zh: 科技型中小企业, en: Science and technology SME, none: false }
select r.company_id, max(case when s.kind like '%高新%' then s.granted_on end) as high_tech_on,
    count(case when s.kind like '%高新%' then 1 end) as high_tech_times,
    bool_or(s.kind like '%高新%' and (s.expires_on is null or s.expires_on >= $on)) as is_high_tech,
    bool_or(s.kind like '%专精特新%' and (s.expires_on is null or s.expires_on >= $on)) as is_specialised,
    min(case when s.kind like '%专精特新%' then s.granted_on end) as specialised_on,
    bool_or(s.kind like '%科技型%' and (s.expires_on is null or s.expires_on >= $on)) as is_tech_sme
from source.science.recognition s join data.enterprise.record r on r.source = 'source.science.recognition' and r.record_key = s.certificate_number
group by r.company_id
