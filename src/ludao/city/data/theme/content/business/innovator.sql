-- title: { zh: 创新企业名录, en: Innovative companies }
-- row: { zh: 一项有效的科技企业认定, en: one valid recognition of a company }
-- key: [certificate_number]
-- fresh: weekly
-- columns:
--   certificate_number: { zh: 证书编号, en: Certificate, grade: public }
--   credit_code: { zh: 统一社会信用代码, en: Credit code, grade: public }
--   name: { zh: 企业名称, en: Company, grade: public }
--   kind: { zh: 认定类型, en: Kind, grade: public }
--   industry: { zh: 行业, en: Industry, grade: public }
--   expires_on: { zh: 有效期至, en: Expires, grade: public }
select r.certificate_number, r.credit_code, r.name, r.kind, c.industry, r.expires_on
from source.science.recognition r
left join source.market.enterprise c on c.credit_code = r.credit_code
where r.expires_on is null or r.expires_on >= current_date
