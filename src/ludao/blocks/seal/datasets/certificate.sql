-- title: { zh: 印章证书, en: Certificates of seals }
-- row: { zh: 一张印章证书, en: one certificate of a seal }
-- key: [serial]
-- fresh: live
-- scope: { organisation: organisation }
-- columns: { serial: { zh: 证书序列号, en: Serial number }, number: { zh: 印章编码, en: Seal code }, organisation: { zh: 机构代码, en: Organisation code }, name: { zh: 单位, en: Organisation }, state: { zh: 状态, en: State }, valid_from: { zh: 生效, en: Valid from }, valid_until: { zh: 到期, en: Valid until }, ended_at: { zh: 停用或吊销时间, en: Suspended or revoked } }
select serial, number, organisation_id as organisation, name, state, valid_from, valid_until, ended_at
from seal_certificate
where kind = 'seal'
