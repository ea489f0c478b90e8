with

pairs as (
    select * from identity.pair_levels where origin = 'blocked'
),

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

scored as (
    select
        pairs.left_id,
        pairs.right_id,
        pairs.kind,
        pairs.rules,
        pairs.pattern,
        weights.millibits
            + case when pairs.given_term is null then 0 else coalesce(given.millibits, rare_given.millibits, 0) end
            + case when pairs.family_term is null then 0 else coalesce(family.millibits, rare_family.millibits, 0) end
            + case when pairs.city_term is null then 0 else coalesce(city.millibits, rare_city.millibits, 0) end
            + case when pairs.company_term is null then 0 else coalesce(company.millibits, rare_company.millibits, 0) end
            as millibits,
        weights.threshold_millibits
    from pairs
    inner join identity.pattern_weights as weights
        on pairs.kind = weights.kind and pairs.pattern = weights.pattern
    left join terms as given
        on given.field = 'given_name' and pairs.kind = given.kind and pairs.given_term = given.term
    left join terms as family
        on family.field = 'family_name' and pairs.kind = family.kind and pairs.family_term = family.term
    left join terms as city
        on city.field = 'city' and pairs.kind = city.kind and pairs.city_term = city.term
    left join terms as company
        on company.field = 'company' and pairs.kind = company.kind and pairs.company_term = company.term
    left join terms as rare_given
        on rare_given.field = 'given_name' and rare_given.term = '*' and pairs.kind = rare_given.kind
    left join terms as rare_family
        on rare_family.field = 'family_name' and rare_family.term = '*' and pairs.kind = rare_family.kind
    left join terms as rare_city
        on rare_city.field = 'city' and rare_city.term = '*' and pairs.kind = rare_city.kind
    left join terms as rare_company
        on rare_company.field = 'company' and rare_company.term = '*' and pairs.kind = rare_company.kind
)

select * from scored
