with

-- What a record became in its own CRM: merged into another, or a lead converted into a contact.
became as (
    select record_id, merged_into as target_id
    from entities.lead_records
    where merged_into is not null
    union all
    select record_id, converted_to as target_id
    from entities.lead_records
    where converted_to is not null
),

-- The target bears its own key too, so that chains hold: A merged into B, B converted into C.
record_keys as (
    select record_id, target_id as key from became
    union
    select target_id as record_id, target_id as key from became
)

select contact_id, 'email' as key_kind, email_key as key
from identity.contacts
where email_key is not null and invalid_reason is null
union all
select contact_id, 'phone' as key_kind, phone_key as key
from identity.contacts
where phone_key is not null and invalid_reason is null
union all
select contact_id, 'phone' as key_kind, mobile_key as key
from identity.contacts
where mobile_key is not null and invalid_reason is null and mobile_key <> coalesce(phone_key, '')
union all
select contact_id, 'person' as key_kind, person_key as key
from identity.contacts
where person_key is not null and invalid_reason is null
union all
select contact_id, 'visitor' as key_kind, visitor_id as key
from identity.contacts
where visitor_id is not null and invalid_reason is null
union all
select contacts.contact_id, 'record' as key_kind, record_keys.key
from record_keys
inner join identity.contacts as contacts
    on concat('lead:', record_keys.record_id) = contacts.contact_id
where contacts.invalid_reason is null
