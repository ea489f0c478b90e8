with

merged as (
    select * from identity.records where outcome = 'merged'
),

clusters as (
    select * from identity.clusters
),

-- Both ends of every edge inside a person.
ends as (
    select
        left_id as entity_id,
        right_id as other_id,
        rule,
        weight,
        evidence
    from identity.explained_edges
    where is_one and weight > 0
    union all
    select
        right_id,
        left_id,
        rule,
        weight,
        evidence
    from identity.explained_edges
    where is_one and weight > 0
),

-- The strongest tie a record has to others of its person.
strongest as (
    select
        entity_id,
        first_value(other_id order by weight desc, other_id) as other_id,
        first_value(rule order by weight desc, other_id) as rule,
        first_value(evidence order by weight desc, other_id) as evidence
    from ends
    group by entity_id
),

sizes as (
    select
        cluster_id,
        count(*) as contacts
    from clusters
    group by cluster_id
),

conflicts as (
    select
        said.contact_id,
        string_agg(replace(said.field, '_', ' '), ', ' order by said.field) as fields
    from identity.field_values as said
    inner join identity.golden_values as golden
        on said.lead_id = golden.lead_id and said.field = golden.field
    where said.quality > 0 and said.spelling <> golden.spelling
    group by said.contact_id
),

merges as (
    select
        merged.record_id,
        merged.lead_id,
        merged.person_id,
        strongest.other_id as linked_to,
        strongest.rule,
        concat(
            'Record ', merged.record_id, ' is lead ', merged.lead_id, ', the first of ',
            sizes.contacts, ' contacts to be one, because of ', strongest.other_id, ': ',
            strongest.evidence, '.',
            case when conflicts.fields is not null
                then concat(' The lead keeps another ', conflicts.fields, '.') else '' end
        ) as sentence,
        conflicts.fields as conflicts,
        merged.channel,
        sizes.contacts,
        merged.captured_at
    from merged
    left join strongest on concat('lead:', merged.record_id) = strongest.entity_id
    left join clusters on concat('lead:', merged.record_id) = clusters.entity_id
    left join sizes on clusters.cluster_id = sizes.cluster_id
    left join conflicts on concat('lead:', merged.record_id) = conflicts.contact_id
)

select * from merges
