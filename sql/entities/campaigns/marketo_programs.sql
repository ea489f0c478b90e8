select
    concat('mkto:program:', program_id) as campaign_id,
    name,
    channel as kind,
    status,
    start_date,
    end_date,
    created_at,
    case when is_deleted then 'deleted' end as drop_reason
from staging.marketo__programs
