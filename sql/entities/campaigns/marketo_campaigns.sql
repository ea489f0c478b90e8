select
    concat('mkto:campaign:', campaign_id) as campaign_id,
    'mkto:program:' || program_id as parent_campaign_id,
    name,
    kind,
    status,
    is_active,
    created_at,
    case when is_deleted then 'deleted' end as drop_reason
from staging.marketo__campaigns
