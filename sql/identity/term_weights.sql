with

-- What sharing just this value is worth beyond sharing any.
terms as (
    select
        terms.kind,
        terms.field,
        terms.term,
        cast(round(1000 * log2(weights.u / terms.share)) as bigint) as millibits
    from reference.match_terms as terms
    inner join reference.match_weights as weights
        on terms.kind = weights.kind and terms.field = weights.field and weights.level = 1
),

-- What has no row of its own is as rare as its like.
rare as (
    select
        kind,
        max(case when field = 'given_name' then millibits end) as given_name,
        max(case when field = 'family_name' then millibits end) as family_name,
        max(case when field = 'city' then millibits end) as city,
        max(case when field = 'company' then millibits end) as company
    from terms
    where term = '*'
    group by kind
),

term_weights as (
    select
        fields.kind,
        fields.place,
        coalesce(given.millibits, rare.given_name, 0) as given_name,
        coalesce(family.millibits, rare.family_name, 0) as family_name,
        coalesce(city.millibits, rare.city, 0) as city,
        coalesce(company.millibits, rare.company, 0) as company
    from identity.match_fields as fields
    left join rare on fields.kind = rare.kind
    left join terms as given
        on given.field = 'given_name'
            and fields.kind = given.kind
            and fields.given_name = given.term
    left join terms as family
        on family.field = 'family_name'
            and fields.kind = family.kind
            and fields.family_name = family.term
    left join terms as city
        on city.field = 'city' and fields.kind = city.kind and fields.city = city.term
    left join terms as company
        on company.field = 'company'
            and fields.kind = company.kind
            and fields.company_key = company.term
)

select * from term_weights
