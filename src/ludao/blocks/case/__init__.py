"""Cases: one life from intake to rating for everything that somebody asks of the city, with deadlines."""
