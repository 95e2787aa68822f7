-- title: { zh: 用印记录, en: Uses of seals }
-- row: { zh: 一枚印章在一份文件上的一次使用, en: one use of one seal on one document }
-- key: [use]
-- fresh: live
-- scope: { organisation: organisation }
-- columns: { use: { zh: 用印编号, en: Use }, serial: { zh: 证书序列号, en: Serial number }, organisation: { zh: 机构代码, en: Organisation code }, form: { zh: 方式, en: Form }, about: { zh: 所属, en: Belongs to }, reason: { zh: 事由, en: Reason }, digest: { zh: 签前摘要, en: Digest before }, signed_digest: { zh: 签后摘要, en: Digest after }, person: { zh: 人员编号, en: Person id }, at: { zh: 用印时间, en: Used at } }
select u.id as use, c.serial, u.organisation, u.form, u.about, u.reason, u.digest, u.signed_digest, u.person, u.at
from seal_use u
join seal_certificate c on c.id = u.certificate_id
