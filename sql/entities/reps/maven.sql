select
    concat('maven:', sales_agent) as rep_id,
    manager,
    regional_office as office
from staging.maven__sales_teams
