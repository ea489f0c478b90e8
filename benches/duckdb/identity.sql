-- Who is who, as Sluice's mart identity_members tells it: DuckDB has nothing to weigh pairs or to cluster with. Contacts are numbered in the
-- order in which they were seen, so that the least number of a cluster is its earliest contact.

create table identity.contacts as
with

given as (
    select
        'lead:' || record_id as contact_id, 'lead' as kind, record_id, null::varchar as visitor_id,
        email, phone, verdict, is_test, captured_at as seen_at
    from entities.lead_records
    union all
    select 'form:' || link_id, 'form', null, visitor_id, email, phone, null, false, linked_at
    from entities.visitor_links
),

read as (
    select
        *,
        lower(trim(email)) as address,
        regexp_replace(translate(phone, '０１２３４５６７８９', '0123456789'), '[^0-9]', '', 'g') as digits
    from given
),

judged as (
    select
        *,
        coalesce(regexp_matches(address, '^[^@\s]+@[^@\s]+\.[a-z]{2,}$'), false) as has_email,
        coalesce(length(digits) >= 7 and replace(digits, left(digits, 1), '') <> '', false) as has_phone,
        split_part(address, '@', 2) as domain
    from read
)

select
    row_number() over (order by judged.seen_at, judged.contact_id) as contact_no,
    judged.contact_id,
    judged.kind,
    judged.record_id,
    judged.visitor_id,
    judged.seen_at,
    case when judged.has_email then coalesce(domains.kind, 'business') end as mailbox,
    case
        when judged.kind <> 'lead' then null
        when judged.is_test then 'test'
        when domains.kind = 'internal' then 'internal'
        when judged.has_email or judged.has_phone
            then case when judged.verdict is not null then 'sales_verdict' end
        when judged.email is null and judged.phone is null then 'no_contact'
        else 'unusable_contact'
    end as invalid_reason
from judged
left join reference.mail_domains as domains on judged.domain = domains.domain;

create table identity.clusters as
select
    contacts.contact_no,
    min(contacts.contact_no) over (partition by members.cluster_id) as person_id
from identity.contacts as contacts
inner join read_parquet(getvariable('members')) as members on contacts.contact_id = members.entity_id;

create table identity.people as
select
    clusters.person_id,
    arg_min(contacts.record_id, contacts.contact_no)
        filter (where contacts.kind = 'lead' and contacts.invalid_reason is null) as lead_id
from identity.clusters as clusters
inner join identity.contacts as contacts on clusters.contact_no = contacts.contact_no
group by clusters.person_id;

-- What the newest record of a person says that says anything.
create table identity.traits as
with

told as (
    select
        clusters.person_id,
        records.title,
        records.industry,
        records.employees,
        {captured_at: records.captured_at, turn: -clusters.contact_no} as dated
    from identity.clusters as clusters
    inner join identity.contacts as contacts on clusters.contact_no = contacts.contact_no
    inner join entities.lead_records as records on contacts.record_id = records.record_id
)

select
    person_id,
    arg_max(title, dated) filter (where trim(title) <> '') as title,
    arg_max(industry, dated) filter (where trim(industry) <> '') as industry,
    arg_max(employees, dated) as employees
from told
group by person_id;

-- What later tables need of lead records: whose they are.
create table identity.records as
select
    lead_records.record_id,
    people.lead_id,
    people.person_id,
    case
        when people.lead_id is null then 'invalid'
        when people.lead_id = lead_records.record_id then 'golden'
        else 'merged'
    end as outcome,
    contacts.mailbox,
    lead_records.channel,
    traits.title,
    traits.industry,
    traits.employees,
    lead_records.captured_at,
    local_date(lead_records.captured_at) as captured_date
from entities.lead_records as lead_records
inner join identity.contacts as contacts on lead_records.record_id = contacts.record_id
left join identity.clusters as clusters on contacts.contact_no = clusters.contact_no
left join identity.people as people on clusters.person_id = people.person_id
left join identity.traits as traits on clusters.person_id = traits.person_id;

create view identity.leads as
from identity.records where outcome = 'golden';

-- Who is the first to say who they are had the device before; who follows takes it over.
create table identity.visitors as
with

said as (
    select contacts.visitor_id, clusters.person_id, contacts.seen_at, contacts.contact_id
    from identity.contacts as contacts
    inner join identity.clusters as clusters on contacts.contact_no = clusters.contact_no
    where contacts.visitor_id is not null
),

changes as (
    select *
    from said
    qualify person_id is distinct from lag(person_id) over (partition by visitor_id order by seen_at, contact_id)
),

moments as (
    select visitor_id, seen_at, arg_max(person_id, contact_id) as person_id
    from changes
    group by visitor_id, seen_at
)

select
    visitor_id,
    person_id,
    case when row_number() over turns > 1 then seen_at end as from_at,
    lead(seen_at) over turns as until_at
from moments
window turns as (partition by visitor_id order by seen_at);
