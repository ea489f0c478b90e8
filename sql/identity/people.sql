with

members as (
    select
        clusters.cluster_id,
        contacts.*
    from identity.clusters as clusters
    inner join identity.contacts as contacts on clusters.entity_id = contacts.contact_id
),

-- The earliest contact names the person, so that an older id survives a merge. What a lead became
-- is no lead, even where it is older: it stands for one only where no record of a lead is left.
people as (
    select
        cluster_id,
        first_value(contact_id order by seen_at, contact_id) as person_id,
        first_value(source_id order by follows_lead, seen_at, contact_id)
            filter (where kind = 'lead' and invalid_reason is null) as lead_id,
        count(*) filter (where kind = 'lead') as record_count,
        count(*) as contact_count,
        min(seen_at) as first_seen_at
    from members
    group by cluster_id
),

-- Visitors of whom nothing but a conversion is known are people too.
strangers as (
    select
        contacts.visitor_id as cluster_id,
        first_value(contacts.contact_id order by contacts.seen_at, contacts.contact_id)
            as person_id,
        cast(null as text) as lead_id,
        0 as record_count,
        count(*) as contact_count,
        min(contacts.seen_at) as first_seen_at
    from identity.contacts as contacts
    left anti join identity.contacts as forms
        on contacts.visitor_id = forms.visitor_id and forms.kind <> 'conversion'
    where contacts.kind = 'conversion' and contacts.visitor_id is not null
    group by contacts.visitor_id
)

select * from people
union all
select
    concat('visitor:', cluster_id),
    person_id,
    lead_id,
    record_count,
    contact_count,
    first_seen_at
from strangers
