"""The standing cast of the demonstration: who logs in, and as what."""

PASSWORD = "ludao-demo"
CAST = (
    ("lilei", "李雷", "市民 citizen"),
    ("hanmeimei", "韩梅梅", "店主 shop owner"),
    ("wangke", "王科", "部门经办 department officer"),
    ("chenqu", "陈区", "区级操作员 district operator"),
    ("linju", "林局", "市领导 city leader"),
    ("shuguan", "数管", "数据管理员 data steward"),
    ("yunwei", "运维", "运维人员 operator"),
    ("shenji", "沈计", "审计与授权审批 auditor, approves rights"),
    ("zhao", "赵", "陌生人 the stranger"),
)

# The provincial platform beside the city: what the two call one another, and who logs in there.
PROVINCE, CITY = "fj", "xm"
PROVINCE_NAME, CITY_NAME = "福建省公共数据汇聚共享平台（演示）", "厦门市共享协同平台（演示）"
PROVINCIALS = (
    ("shengguan", "省管", "省大数据管理局数据管理员 data steward"),
    ("shengban", "省办", "省教育厅数据专员 data officer"),
)
