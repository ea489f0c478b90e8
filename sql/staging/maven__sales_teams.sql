select
    sales_agent,
    manager,
    regional_office,
    _file,
    _line
from raw.maven_sales_teams
