-- title: { zh: 文件, en: Documents }
-- row: { zh: 一份文件, en: one document }
-- key: [document]
-- fresh: live
-- scope: { organisation: organisation, person: person }
-- columns: { document: { zh: 编号, en: Document }, title: { zh: 标题, en: Title, grade: internal }, about: { zh: 所属, en: Belongs to }, organisation: { zh: 机构代码, en: Organisation code }, owner: { zh: 所属单位, en: Owner }, person: { zh: 人员编号, en: Person id }, state: { zh: 状态, en: State }, retention: { zh: 保管期限, en: Kept for }, due_on: { zh: 到期日, en: Due for deletion }, number: { zh: 版本, en: Version }, digest: { zh: 摘要, en: Digest }, size: { zh: 字节数, en: Bytes }, type: { zh: 类型, en: Type }, made_at: { zh: 建立时间, en: Made } }
select d.id as document, d.title, d.about, d.organisation, d.owner, d.person, d.state, d.retention, d.due_on,
       d.number, v.digest, c.size, c.type, d.made_at
from document_document d
left join document_version v on v.document_id = d.id and v.number = d.number
left join document_content c on c.digest = v.content_id
