-- title: { zh: 自建图层, en: Officers' layers }
-- row: { zh: 一张自建图层, en: "one layer that an officer drew, imported or set over a dataset" }
-- key: [layer_id]
-- fresh: live
-- scope: { organisation: owner_code }
-- columns:
--   layer_id: { zh: 图层编号, en: Layer }
--   name: { zh: 名称, en: Name }
--   kind: { zh: 类型, en: Kind }
--   dataset: { zh: 数据集, en: Dataset }
--   owner_code: { zh: 所属单位, en: Organisation }
--   features: { zh: 要素数, en: Features }
--   state: { zh: 状态, en: State }
--   changed_at: { zh: 更改时间, en: Changed at }
select id as layer_id, name, kind, dataset, owner_id as owner_code, features_count as features, state, changed_at
from place_layer
