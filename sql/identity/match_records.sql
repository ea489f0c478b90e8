with

-- Without a usable address a record is no lead of its own, but may be known to be somebody.
records as (
    select
        contact_id as entity_id,
        'person' as kind
    from identity.contacts
    where kind <> 'conversion'
        and coalesce(invalid_reason, 'none') in ('none', 'no_contact', 'unusable_contact')
    union all
    select
        concat('account:', account_id),
        'company'
    from entities.accounts
)

select
    entity_id,
    kind,
    cast(row_number() over (partition by kind order by entity_id) as bigint) as place
from records
