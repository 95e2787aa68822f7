-- title: { zh: 即将到期许可, en: Licences about to expire }
-- row: { zh: 一张180天内到期的许可证, en: one licence that expires within 180 days }
-- key: [licence_number]
-- fresh: daily
-- columns:
--   licence_number: { zh: 许可证号, en: Licence, grade: public }
--   credit_code: { zh: 统一社会信用代码, en: Credit code, grade: public }
--   name: { zh: 许可证名称, en: Name, grade: public }
--   expires_on: { zh: 到期日, en: Expires, grade: public }
--   phone: { zh: 企业电话, en: Company's phone, grade: sensitive, mask: phone }
select l.licence_number, l.credit_code, l.name, l.expires_on, c.phone
from source.market.licence l
join source.market.enterprise c on c.credit_code = l.credit_code and c.status = '存续'
where l.expires_on between current_date and current_date + interval '180 days'
