select
    opportunity_id,
    sales_agent,
    product,
    account,
    deal_stage,
    _file,
    _line,
    close_value,
    engage_date,
    close_date
from raw.maven_opportunities
