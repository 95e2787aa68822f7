"""政务信息系统普查: what systems the city runs, whose they are, what they hold and cost, and how they hang together."""
