-- title: { zh: 展厅场景, en: Scenes of the hall }
-- row: { zh: 展览中的一个场景, en: one scene of an exhibition }
-- key: [scene_id]
-- fresh: live
-- scope: none
-- columns:
--   scene_id: { zh: 编号, en: Scene }
--   show: { zh: 展览, en: Exhibition }
--   position: { zh: 次序, en: Order }
--   title: { zh: 标题, en: Title }
--   wall: { zh: 大屏地址, en: Wall }
--   seconds: { zh: 停留秒数, en: Seconds }
select s.id as scene_id, w.title as show, s.order as position, s.title, s.wall, s.seconds
from overview_hall_scene s join overview_hall_show w on w.id = s.show_id
