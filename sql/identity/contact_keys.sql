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
