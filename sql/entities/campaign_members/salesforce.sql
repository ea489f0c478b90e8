select
    concat('sf:', campaign_member_id) as campaign_member_id,
    concat('sf:', campaign_id) as campaign_id,
    coalesce('sf:' || lead_id, 'sf:' || contact_id) as record_id,
    status,
    has_responded,
    first_responded_date as responded_date,
    created_at,
    modified_at,
    case when is_deleted then 'deleted' end as drop_reason
from staging.salesforce__campaign_members
