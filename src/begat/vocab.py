"""Terms of the knowledge graph as plain strings.

Generated from ontology/begat.ttl by `python tools/make_vocab.py`: change the ontology, not this.
"""

VERSION = "0.1.0"

# Prefix -> namespace.
PREFIXES: dict[str, str] = {
    "begat": "https://w3id.org/begat#",
    "cc": "http://creativecommons.org/ns#",
    "cr": "http://mlcommons.org/croissant/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "dqv": "http://www.w3.org/ns/dqv#",
    "fair4ml": "https://w3id.org/fair4ml#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "it6": "http://data.europa.eu/it6/",
    "mls": "http://www.w3.org/ns/mls#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "qudt": "http://qudt.org/schema/qudt/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx3": "https://spdx.org/rdf/3.0.1/terms/",
    "unit": "http://qudt.org/vocab/unit/",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


class BEGAT:
    """Terms of <https://w3id.org/begat#>."""

    ACCEPT_AGREEMENT = "https://w3id.org/begat#acceptAgreement"
    ACCOUNT = "https://w3id.org/begat#account"
    ADAPTER_METHOD = "https://w3id.org/begat#adapterMethod"
    ADAPTER_OF = "https://w3id.org/begat#adapterOf"
    ADAPTER_RANK = "https://w3id.org/begat#adapterRank"
    ANCESTOR_LICENSE = "https://w3id.org/begat#ancestorLicense"
    ANCESTOR_LICENSE_SOURCE = "https://w3id.org/begat#ancestorLicenseSource"
    BENCHMARK = "https://w3id.org/begat#Benchmark"
    BITS = "https://w3id.org/begat#bits"
    CHANGE = "https://w3id.org/begat#change"
    CHILD_COUNT = "https://w3id.org/begat#childCount"
    CLAUSE = "https://w3id.org/begat#clause"
    COMMERCIAL_CONDITION = "https://w3id.org/begat#commercialCondition"
    COMMERCIAL_USE = "https://w3id.org/begat#commercialUse"
    CONFIDENCE = "https://w3id.org/begat#confidence"
    CONFLICT_ANCESTOR = "https://w3id.org/begat#conflictAncestor"
    CONFLICT_MODEL = "https://w3id.org/begat#conflictModel"
    CONTESTED_PROPERTY = "https://w3id.org/begat#contestedProperty"
    CONTESTED_VALUE = "https://w3id.org/begat#ContestedValue"
    CONTINUED_PRETRAINING_FROM = "https://w3id.org/begat#continuedPretrainingFrom"
    CONVERTED_FROM = "https://w3id.org/begat#convertedFrom"
    COPY_OF = "https://w3id.org/begat#copyOf"
    COVERAGE = "https://w3id.org/begat#coverage"
    COVERAGE_CLASS = "https://w3id.org/begat#Coverage"
    COVERAGE_TOPIC = "https://w3id.org/begat#coverageTopic"
    COVERED = "https://w3id.org/begat#covered"
    COVERED_OF = "https://w3id.org/begat#coveredOf"
    CURRENT_REVISION = "https://w3id.org/begat#currentRevision"
    DECLARED_BASE_MODEL = "https://w3id.org/begat#declaredBaseModel"
    DELTA_OF = "https://w3id.org/begat#deltaOf"
    DELTA_SINCE = "https://w3id.org/begat#deltaSince"
    DERIVATION = "https://w3id.org/begat#Derivation"
    DERIVATION_KIND = "https://w3id.org/begat#DerivationKind"
    DERIVATION_KINDS = "https://w3id.org/begat#derivation-kinds"
    DERIVATIVE_ACCOUNT_COUNT = "https://w3id.org/begat#derivativeAccountCount"
    DERIVATIVE_TERMS = "https://w3id.org/begat#derivativeTerms"
    DESCENDANT_COUNT = "https://w3id.org/begat#descendantCount"
    DISTILLED_FROM = "https://w3id.org/begat#distilledFrom"
    DISTILLED_ON = "https://w3id.org/begat#distilledOn"
    EFFECTIVE_LICENSE = "https://w3id.org/begat#effectiveLicense"
    EFFECTIVE_LICENSE_SOURCE = "https://w3id.org/begat#effectiveLicenseSource"
    EVIDENCE = "https://w3id.org/begat#evidence"
    EVIDENCE_GRAPH = "https://w3id.org/begat#EvidenceGraph"
    EXCEEDS_TERMS_OF = "https://w3id.org/begat#exceedsTermsOf"
    EXTRACTION_METHOD = "https://w3id.org/begat#extractionMethod"
    FIGURE_STRUCTURE = "https://w3id.org/begat#FigureStructure"
    FINE_TUNED_FROM = "https://w3id.org/begat#fineTunedFrom"
    FINE_TUNED_ON = "https://w3id.org/begat#fineTunedOn"
    HEADQUARTERED_IN = "https://w3id.org/begat#headquarteredIn"
    HUB_ID = "https://w3id.org/begat#hubId"
    INDICATOR = "https://w3id.org/begat#indicator"
    INFERENCE_ENGINE = "https://w3id.org/begat#InferenceEngine"
    INSTITUTION_COMMUNITY = "https://w3id.org/begat#institution-community"
    INSTITUTION_COMPANY = "https://w3id.org/begat#institution-company"
    INSTITUTION_GOVERNMENT = "https://w3id.org/begat#institution-government"
    INSTITUTION_KIND = "https://w3id.org/begat#institutionKind"
    INSTITUTION_KINDS = "https://w3id.org/begat#institution-kinds"
    INSTITUTION_KIND_CLASS = "https://w3id.org/begat#InstitutionKind"
    INSTITUTION_NON_PROFIT = "https://w3id.org/begat#institution-non-profit"
    INSTITUTION_PERSON = "https://w3id.org/begat#institution-person"
    INSTITUTION_RESEARCH_INSTITUTE = "https://w3id.org/begat#institution-research-institute"
    INSTITUTION_UNIVERSITY = "https://w3id.org/begat#institution-university"
    IN_FAMILY = "https://w3id.org/begat#inFamily"
    KEPT_SOURCE = "https://w3id.org/begat#keptSource"
    KEPT_VALUE = "https://w3id.org/begat#keptValue"
    KIND = "https://w3id.org/begat#kind"
    KIND_ADAPTER = "https://w3id.org/begat#kind-adapter"
    KIND_CONFIDENCE = "https://w3id.org/begat#kindConfidence"
    KIND_CONTINUED_PRETRAINING = "https://w3id.org/begat#kind-continued-pretraining"
    KIND_CONVERTED = "https://w3id.org/begat#kind-converted"
    KIND_COPY = "https://w3id.org/begat#kind-copy"
    KIND_DISTILLED = "https://w3id.org/begat#kind-distilled"
    KIND_FINETUNE = "https://w3id.org/begat#kind-finetune"
    KIND_MERGE = "https://w3id.org/begat#kind-merge"
    KIND_PROPERTY = "https://w3id.org/begat#kindProperty"
    KIND_PRUNED = "https://w3id.org/begat#kind-pruned"
    KIND_QUANTIZED = "https://w3id.org/begat#kind-quantized"
    KIND_UNDETERMINED = "https://w3id.org/begat#kind-undetermined"
    LICENSE_CONFLICT = "https://w3id.org/begat#LicenseConflict"
    LICENSE_KIND = "https://w3id.org/begat#licenseKind"
    LISTED = "https://w3id.org/begat#listed"
    LISTED_USE = "https://w3id.org/begat#listedUse"
    LOWER = "https://w3id.org/begat#lower"
    MAY_DERIVE_FROM = "https://w3id.org/begat#mayDeriveFrom"
    MERGED_FROM = "https://w3id.org/begat#mergedFrom"
    MERGE_METHOD = "https://w3id.org/begat#mergeMethod"
    MODEL_FAMILY = "https://w3id.org/begat#ModelFamily"
    MODEL_LICENSE = "https://w3id.org/begat#modelLicense"
    MODEL_LICENSE_SOURCE = "https://w3id.org/begat#modelLicenseSource"
    MODEL_REVISION = "https://w3id.org/begat#ModelRevision"
    MONTHLY_USERS = "https://w3id.org/begat#monthlyUsers"
    NAME_AFTER = "https://w3id.org/begat#nameAfter"
    ON_BENCHMARK = "https://w3id.org/begat#onBenchmark"
    OPERATED_BY = "https://w3id.org/begat#operatedBy"
    OTHER_VALUE = "https://w3id.org/begat#otherValue"
    OUTPUT_TRAINING = "https://w3id.org/begat#outputTraining"
    PARAMETER_COUNT = "https://w3id.org/begat#parameterCount"
    PARENT_REVISION = "https://w3id.org/begat#parentRevision"
    PRETRAINED_ON = "https://w3id.org/begat#pretrainedOn"
    PRUNED_FROM = "https://w3id.org/begat#prunedFrom"
    QUANTIZED_FROM = "https://w3id.org/begat#quantizedFrom"
    QUANT_METHOD = "https://w3id.org/begat#quantMethod"
    RANK = "https://w3id.org/begat#rank"
    READ_AT = "https://w3id.org/begat#readAt"
    READ_SECTION = "https://w3id.org/begat#readSection"
    RECIPE = "https://w3id.org/begat#recipe"
    REF_BEFORE = "https://w3id.org/begat#refBefore"
    REF_PERIOD = "https://w3id.org/begat#refPeriod"
    RENAMED_TO = "https://w3id.org/begat#renamedTo"
    REQUIRED_DISPLAY = "https://w3id.org/begat#requiredDisplay"
    REQUIRED_NAME_PREFIX = "https://w3id.org/begat#requiredNamePrefix"
    ROLE = "https://w3id.org/begat#role"
    ROOT_MODEL = "https://w3id.org/begat#rootModel"
    RULE_BASIS = "https://w3id.org/begat#ruleBasis"
    RULE_TEXT = "https://w3id.org/begat#ruleText"
    SCORE_METHOD = "https://w3id.org/begat#scoreMethod"
    SCORE_STRUCTURE = "https://w3id.org/begat#ScoreStructure"
    SHOW_WORDS = "https://w3id.org/begat#showWords"
    SNAPSHOT = "https://w3id.org/begat#Snapshot"
    SPLIT = "https://w3id.org/begat#split"
    SUBJECT = "https://w3id.org/begat#subject"
    SUPPORTED_BY = "https://w3id.org/begat#supportedBy"
    SYNTHETIC = "https://w3id.org/begat#synthetic"
    TENURE = "https://w3id.org/begat#Tenure"
    TENURE_HOLDER = "https://w3id.org/begat#tenureHolder"
    TENURE_OF = "https://w3id.org/begat#tenureOf"
    TERMS_BASIS = "https://w3id.org/begat#termsBasis"
    TERRITORY = "https://w3id.org/begat#territory"
    TRAINING_FRAMEWORK = "https://w3id.org/begat#TrainingFramework"
    TRAIN_OTHERS = "https://w3id.org/begat#trainOthers"
    UNRESOLVED_BASE_MODEL = "https://w3id.org/begat#unresolvedBaseModel"
    UPPER = "https://w3id.org/begat#upper"
    USE_RESTRICTIONS = "https://w3id.org/begat#useRestrictions"
    VALUE = "https://w3id.org/begat#value"
    WEIGHT = "https://w3id.org/begat#weight"


class CC:
    """Terms of <http://creativecommons.org/ns#>."""

    COMMERCIAL_USE = "http://creativecommons.org/ns#CommercialUse"
    SHARE_ALIKE = "http://creativecommons.org/ns#ShareAlike"


class DCAT:
    """Terms of <http://www.w3.org/ns/dcat#>."""

    CATALOG = "http://www.w3.org/ns/dcat#Catalog"
    CATALOG_RECORD = "http://www.w3.org/ns/dcat#CatalogRecord"
    DATASET = "http://www.w3.org/ns/dcat#Dataset"
    HAS_VERSION = "http://www.w3.org/ns/dcat#hasVersion"
    PREVIOUS_VERSION = "http://www.w3.org/ns/dcat#previousVersion"
    RESOURCE = "http://www.w3.org/ns/dcat#Resource"
    VERSION = "http://www.w3.org/ns/dcat#version"


class DCT:
    """Terms of <http://purl.org/dc/terms/>."""

    CREATED = "http://purl.org/dc/terms/created"
    DATE = "http://purl.org/dc/terms/date"
    DESCRIPTION = "http://purl.org/dc/terms/description"
    IDENTIFIER = "http://purl.org/dc/terms/identifier"
    ISSUED = "http://purl.org/dc/terms/issued"
    IS_REFERENCED_BY = "http://purl.org/dc/terms/isReferencedBy"
    IS_REPLACED_BY = "http://purl.org/dc/terms/isReplacedBy"
    IS_VERSION_OF = "http://purl.org/dc/terms/isVersionOf"
    LANGUAGE = "http://purl.org/dc/terms/language"
    LICENSE = "http://purl.org/dc/terms/license"
    LICENSE_DOCUMENT = "http://purl.org/dc/terms/LicenseDocument"
    MODIFIED = "http://purl.org/dc/terms/modified"
    REQUIRES = "http://purl.org/dc/terms/requires"
    SOURCE = "http://purl.org/dc/terms/source"
    TITLE = "http://purl.org/dc/terms/title"


class DQV:
    """Terms of <http://www.w3.org/ns/dqv#>."""

    COMPUTED_ON = "http://www.w3.org/ns/dqv#computedOn"
    IS_MEASUREMENT_OF = "http://www.w3.org/ns/dqv#isMeasurementOf"
    QUALITY_MEASUREMENT = "http://www.w3.org/ns/dqv#QualityMeasurement"
    QUALITY_MEASUREMENT_DATASET = "http://www.w3.org/ns/dqv#QualityMeasurementDataset"
    VALUE = "http://www.w3.org/ns/dqv#value"


class FAIR4ML:
    """Terms of <https://w3id.org/fair4ml#>."""

    EVALUATED_ML_MODEL = "https://w3id.org/fair4ml#evaluatedMLModel"
    EVALUATED_ON = "https://w3id.org/fair4ml#evaluatedOn"
    EVALUATION_DATASET = "https://w3id.org/fair4ml#evaluationDataset"
    FINE_TUNED_FROM = "https://w3id.org/fair4ml#fineTunedFrom"
    HAS_EVALUATION = "https://w3id.org/fair4ml#hasEvaluation"
    ML_MODEL = "https://w3id.org/fair4ml#MLModel"
    ML_MODEL_EVALUATION = "https://w3id.org/fair4ml#MLModelEvaluation"
    ML_TASK = "https://w3id.org/fair4ml#mlTask"
    SHARED_BY = "https://w3id.org/fair4ml#sharedBy"
    TESTED_ON = "https://w3id.org/fair4ml#testedOn"
    TRAINED_ON = "https://w3id.org/fair4ml#trainedOn"
    VALIDATED_ON = "https://w3id.org/fair4ml#validatedOn"


class FOAF:
    """Terms of <http://xmlns.com/foaf/0.1/>."""

    ACCOUNT_NAME = "http://xmlns.com/foaf/0.1/accountName"
    ONLINE_ACCOUNT = "http://xmlns.com/foaf/0.1/OnlineAccount"


class IT6:
    """Terms of <http://data.europa.eu/it6/>."""

    BENCHMARK = "http://data.europa.eu/it6/Benchmark"
    HAS_PROVIDER = "http://data.europa.eu/it6/hasProvider"
    HAS_UPLOADER = "http://data.europa.eu/it6/hasUploader"
    MACHINE_LEARNING_MODEL = "http://data.europa.eu/it6/MachineLearningModel"


class MLS:
    """Terms of <http://www.w3.org/ns/mls#>."""

    EVALUATION_SPECIFICATION = "http://www.w3.org/ns/mls#EvaluationSpecification"
    MODEL = "http://www.w3.org/ns/mls#Model"
    SOFTWARE = "http://www.w3.org/ns/mls#Software"


class ODRL:
    """Terms of <http://www.w3.org/ns/odrl/2/>."""

    ACTION = "http://www.w3.org/ns/odrl/2/action"
    ACTION_CLASS = "http://www.w3.org/ns/odrl/2/Action"
    ATTRIBUTE = "http://www.w3.org/ns/odrl/2/attribute"
    CONSTRAINT = "http://www.w3.org/ns/odrl/2/constraint"
    CONSTRAINT_CLASS = "http://www.w3.org/ns/odrl/2/Constraint"
    DERIVE = "http://www.w3.org/ns/odrl/2/derive"
    DUTY = "http://www.w3.org/ns/odrl/2/duty"
    DUTY_CLASS = "http://www.w3.org/ns/odrl/2/Duty"
    LEFT_OPERAND = "http://www.w3.org/ns/odrl/2/leftOperand"
    LEFT_OPERAND_CLASS = "http://www.w3.org/ns/odrl/2/LeftOperand"
    LTEQ = "http://www.w3.org/ns/odrl/2/lteq"
    NEXT_POLICY = "http://www.w3.org/ns/odrl/2/nextPolicy"
    OPERATOR = "http://www.w3.org/ns/odrl/2/operator"
    PERMISSION = "http://www.w3.org/ns/odrl/2/permission"
    PERMISSION_CLASS = "http://www.w3.org/ns/odrl/2/Permission"
    POLICY = "http://www.w3.org/ns/odrl/2/Policy"
    PROHIBITION = "http://www.w3.org/ns/odrl/2/prohibition"
    PROHIBITION_CLASS = "http://www.w3.org/ns/odrl/2/Prohibition"
    RIGHT_OPERAND = "http://www.w3.org/ns/odrl/2/rightOperand"
    RULE = "http://www.w3.org/ns/odrl/2/Rule"
    SET = "http://www.w3.org/ns/odrl/2/Set"
    USE = "http://www.w3.org/ns/odrl/2/use"


class ORG:
    """Terms of <http://www.w3.org/ns/org#>."""

    CHANGE_EVENT = "http://www.w3.org/ns/org#ChangeEvent"
    CLASSIFICATION = "http://www.w3.org/ns/org#classification"
    FORMAL_ORGANIZATION = "http://www.w3.org/ns/org#FormalOrganization"
    IDENTIFIER = "http://www.w3.org/ns/org#identifier"
    ORGANIZATION = "http://www.w3.org/ns/org#Organization"
    ORGANIZATIONAL_UNIT = "http://www.w3.org/ns/org#OrganizationalUnit"
    ORIGINAL_ORGANIZATION = "http://www.w3.org/ns/org#originalOrganization"
    RESULTED_FROM = "http://www.w3.org/ns/org#resultedFrom"
    SUB_ORGANIZATION_OF = "http://www.w3.org/ns/org#subOrganizationOf"
    UNIT_OF = "http://www.w3.org/ns/org#unitOf"


class PROV:
    """Terms of <http://www.w3.org/ns/prov#>."""

    ACTIVITY = "http://www.w3.org/ns/prov#Activity"
    ALTERNATE_OF = "http://www.w3.org/ns/prov#alternateOf"
    BUNDLE = "http://www.w3.org/ns/prov#Bundle"
    DERIVATION = "http://www.w3.org/ns/prov#Derivation"
    ENTITY = "http://www.w3.org/ns/prov#entity"
    ENTITY_CLASS = "http://www.w3.org/ns/prov#Entity"
    GENERATED_AT_TIME = "http://www.w3.org/ns/prov#generatedAtTime"
    HAD_ACTIVITY = "http://www.w3.org/ns/prov#hadActivity"
    ORGANIZATION = "http://www.w3.org/ns/prov#Organization"
    QUALIFIED_DERIVATION = "http://www.w3.org/ns/prov#qualifiedDerivation"
    SPECIALIZATION_OF = "http://www.w3.org/ns/prov#specializationOf"
    USED = "http://www.w3.org/ns/prov#used"
    WAS_ATTRIBUTED_TO = "http://www.w3.org/ns/prov#wasAttributedTo"
    WAS_DERIVED_FROM = "http://www.w3.org/ns/prov#wasDerivedFrom"
    WAS_GENERATED_BY = "http://www.w3.org/ns/prov#wasGeneratedBy"


class QB:
    """Terms of <http://purl.org/linked-data/cube#>."""

    ATTRIBUTE = "http://purl.org/linked-data/cube#attribute"
    ATTRIBUTE_PROPERTY = "http://purl.org/linked-data/cube#AttributeProperty"
    COMPONENT = "http://purl.org/linked-data/cube#component"
    COMPONENT_ATTACHMENT = "http://purl.org/linked-data/cube#componentAttachment"
    DATA_SET = "http://purl.org/linked-data/cube#dataSet"
    DATA_SET_CLASS = "http://purl.org/linked-data/cube#DataSet"
    DATA_STRUCTURE_DEFINITION = "http://purl.org/linked-data/cube#DataStructureDefinition"
    DIMENSION = "http://purl.org/linked-data/cube#dimension"
    DIMENSION_PROPERTY = "http://purl.org/linked-data/cube#DimensionProperty"
    MEASURE = "http://purl.org/linked-data/cube#measure"
    MEASURE_PROPERTY = "http://purl.org/linked-data/cube#MeasureProperty"
    OBSERVATION = "http://purl.org/linked-data/cube#observation"
    OBSERVATION_CLASS = "http://purl.org/linked-data/cube#Observation"
    SLICE = "http://purl.org/linked-data/cube#slice"
    SLICE_CLASS = "http://purl.org/linked-data/cube#Slice"
    STRUCTURE = "http://purl.org/linked-data/cube#structure"


class QUDT:
    """Terms of <http://qudt.org/schema/qudt/>."""

    HAS_UNIT = "http://qudt.org/schema/qudt/hasUnit"
    NUMERIC_VALUE = "http://qudt.org/schema/qudt/numericValue"


class RDF:
    """Terms of <http://www.w3.org/1999/02/22-rdf-syntax-ns#>."""

    TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


class RDFS:
    """Terms of <http://www.w3.org/2000/01/rdf-schema#>."""

    COMMENT = "http://www.w3.org/2000/01/rdf-schema#comment"
    LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
    SEE_ALSO = "http://www.w3.org/2000/01/rdf-schema#seeAlso"


class SCHEMA:
    """Terms of <https://schema.org/>."""

    ADDRESS_COUNTRY = "https://schema.org/addressCountry"
    CITATION = "https://schema.org/citation"
    CODE_REPOSITORY = "https://schema.org/codeRepository"
    COUNTRY = "https://schema.org/Country"
    CREATOR = "https://schema.org/creator"
    DATASET = "https://schema.org/Dataset"
    DEFINED_TERM = "https://schema.org/DefinedTerm"
    END_DATE = "https://schema.org/endDate"
    ORGANIZATION = "https://schema.org/Organization"
    PARENT_ORGANIZATION = "https://schema.org/parentOrganization"
    SCHOLARLY_ARTICLE = "https://schema.org/ScholarlyArticle"
    SOFTWARE_APPLICATION = "https://schema.org/SoftwareApplication"
    SOFTWARE_SOURCE_CODE = "https://schema.org/SoftwareSourceCode"
    START_DATE = "https://schema.org/startDate"
    SUPERSEDED_BY = "https://schema.org/supersededBy"


class SKOS:
    """Terms of <http://www.w3.org/2004/02/skos/core#>."""

    ALT_LABEL = "http://www.w3.org/2004/02/skos/core#altLabel"
    CLOSE_MATCH = "http://www.w3.org/2004/02/skos/core#closeMatch"
    CONCEPT = "http://www.w3.org/2004/02/skos/core#Concept"
    EXACT_MATCH = "http://www.w3.org/2004/02/skos/core#exactMatch"
    MEMBER_LIST = "http://www.w3.org/2004/02/skos/core#memberList"
    NOTATION = "http://www.w3.org/2004/02/skos/core#notation"
    NOTE = "http://www.w3.org/2004/02/skos/core#note"
    ORDERED_COLLECTION = "http://www.w3.org/2004/02/skos/core#OrderedCollection"
    PREF_LABEL = "http://www.w3.org/2004/02/skos/core#prefLabel"


class SPDX3:
    """Terms of <https://spdx.org/rdf/3.0.1/terms/>."""

    AI_AI_PACKAGE = "https://spdx.org/rdf/3.0.1/terms/AI/AIPackage"
    CORE_RELATIONSHIP_TYPE_HAS_CONCLUDED_LICENSE = (
        "https://spdx.org/rdf/3.0.1/terms/Core/RelationshipType/hasConcludedLicense"
    )
    CORE_RELATIONSHIP_TYPE_HAS_DECLARED_LICENSE = (
        "https://spdx.org/rdf/3.0.1/terms/Core/RelationshipType/hasDeclaredLicense"
    )
    DATASET_DATASET_PACKAGE = "https://spdx.org/rdf/3.0.1/terms/Dataset/DatasetPackage"


class UNIT:
    """Terms of <http://qudt.org/vocab/unit/>."""

    BYTE = "http://qudt.org/vocab/unit/BYTE"
    KILO_W_HR = "http://qudt.org/vocab/unit/KiloW-HR"
    NUM = "http://qudt.org/vocab/unit/NUM"
    PERCENT = "http://qudt.org/vocab/unit/PERCENT"


class VOID:
    """Terms of <http://rdfs.org/ns/void#>."""

    DATASET = "http://rdfs.org/ns/void#Dataset"


class XSD:
    """Terms of <http://www.w3.org/2001/XMLSchema#>."""

    BOOLEAN = "http://www.w3.org/2001/XMLSchema#boolean"
    DATE = "http://www.w3.org/2001/XMLSchema#date"
    DATE_TIME = "http://www.w3.org/2001/XMLSchema#dateTime"
    DECIMAL = "http://www.w3.org/2001/XMLSchema#decimal"
    DOUBLE = "http://www.w3.org/2001/XMLSchema#double"
    INTEGER = "http://www.w3.org/2001/XMLSchema#integer"
    STRING = "http://www.w3.org/2001/XMLSchema#string"


# Relation -> property, in the order of legends.
RELATIONS: dict[str, str] = {
    "finetune": "https://w3id.org/begat#fineTunedFrom",
    "continued-pretraining": "https://w3id.org/begat#continuedPretrainingFrom",
    "adapter": "https://w3id.org/begat#adapterOf",
    "quantized": "https://w3id.org/begat#quantizedFrom",
    "merge": "https://w3id.org/begat#mergedFrom",
    "distilled": "https://w3id.org/begat#distilledFrom",
    "converted": "https://w3id.org/begat#convertedFrom",
    "pruned": "https://w3id.org/begat#prunedFrom",
    "copy": "https://w3id.org/begat#copyOf",
    "undetermined": "https://w3id.org/begat#declaredBaseModel",
}

# Relation -> concept.
KINDS: dict[str, str] = {
    "finetune": "https://w3id.org/begat#kind-finetune",
    "continued-pretraining": "https://w3id.org/begat#kind-continued-pretraining",
    "adapter": "https://w3id.org/begat#kind-adapter",
    "quantized": "https://w3id.org/begat#kind-quantized",
    "merge": "https://w3id.org/begat#kind-merge",
    "distilled": "https://w3id.org/begat#kind-distilled",
    "converted": "https://w3id.org/begat#kind-converted",
    "pruned": "https://w3id.org/begat#kind-pruned",
    "copy": "https://w3id.org/begat#kind-copy",
    "undetermined": "https://w3id.org/begat#kind-undetermined",
}

# Relation -> its name in each language.
LABELS: dict[str, dict[str, str]] = {
    "finetune": {"en": "fine-tune", "zh": "微调"},
    "continued-pretraining": {"en": "continued pretraining", "zh": "继续预训练"},
    "adapter": {"en": "adapter", "zh": "适配器"},
    "quantized": {"en": "quantization", "zh": "量化"},
    "merge": {"en": "merge", "zh": "合并"},
    "distilled": {"en": "distillation", "zh": "蒸馏"},
    "converted": {"en": "conversion", "zh": "格式转换"},
    "pruned": {"en": "pruning", "zh": "剪枝"},
    "copy": {"en": "copy", "zh": "副本"},
    "undetermined": {"en": "undetermined", "zh": "未确定"},
}

# Kind of institution -> concept.
INSTITUTION_KINDS: dict[str, str] = {
    "company": "https://w3id.org/begat#institution-company",
    "non-profit": "https://w3id.org/begat#institution-non-profit",
    "university": "https://w3id.org/begat#institution-university",
    "research-institute": "https://w3id.org/begat#institution-research-institute",
    "community": "https://w3id.org/begat#institution-community",
    "government": "https://w3id.org/begat#institution-government",
    "person": "https://w3id.org/begat#institution-person",
}

# Kind of institution -> its name in each language.
INSTITUTION_LABELS: dict[str, dict[str, str]] = {
    "company": {"en": "company", "zh": "公司"},
    "non-profit": {"en": "non-profit", "zh": "非营利组织"},
    "university": {"en": "university", "zh": "高校"},
    "research-institute": {"en": "research institute", "zh": "科研院所"},
    "community": {"en": "community", "zh": "社区"},
    "government": {"en": "government", "zh": "政府机构"},
    "person": {"en": "person", "zh": "个人"},
}
