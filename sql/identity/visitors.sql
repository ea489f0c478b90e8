with

people as (
    select
        clusters.entity_id as contact_id,
        people.person_id
    from identity.clusters as clusters
    inner join identity.people as people on clusters.cluster_id = people.cluster_id
),

said as (
    select
        contacts.visitor_id,
        people.person_id,
        contacts.contact_id,
        contacts.seen_at
    from identity.contacts as contacts
    inner join people on contacts.contact_id = people.contact_id
    where contacts.visitor_id is not null and contacts.has_consent
),

changes as (
    select
        *,
        lag(person_id) over (partition by visitor_id order by seen_at, contact_id) as previous_id
    from said
),

-- Of two people who say so in one moment the later contact counts.
moments as (
    select
        visitor_id,
        seen_at,
        last_value(person_id order by contact_id) as person_id,
        last_value(contact_id order by contact_id) as contact_id
    from changes
    where person_id is distinct from previous_id
    group by visitor_id, seen_at
),

numbered as (
    select
        *,
        row_number() over (partition by visitor_id order by seen_at) as place,
        lead(seen_at) over (partition by visitor_id order by seen_at) as next_at
    from moments
),

-- Who is the first to say who they are was there before; who follows takes the device over.
visitors as (
    select
        visitor_id,
        person_id,
        contact_id,
        seen_at as linked_at,
        case when place > 1 then seen_at end as from_at,
        next_at as until_at
    from numbered
    union all
    select
        substr(cluster_id, 9),
        person_id,
        person_id as contact_id,
        first_seen_at,
        cast(null as timestamptz),
        cast(null as timestamptz)
    from identity.people
    where starts_with(cluster_id, 'visitor:')
)

select
    visitor_id,
    person_id,
    contact_id,
    linked_at,
    from_at,
    until_at
from visitors
