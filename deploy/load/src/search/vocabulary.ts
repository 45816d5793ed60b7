/** What the events are made of: codes as DICOM, HL7 and IHE have them, names in seven scripts, words of a clinic. */

export type Code = { readonly code: string; readonly display: string };

export type EventType = Code & {
  readonly system: string;
  /** How many of a thousand events. */
  readonly share: number;
  readonly subtypeSystem: string;
  readonly subtypes: readonly Code[];
  readonly actions: string;
  readonly aboutPatient: boolean;
};

const DCM = 'http://dicom.nema.org/resources/ontology/DCM';
const RESTFUL = 'http://hl7.org/fhir/restful-interaction';
const IHE = 'urn:ihe:event-type-code';
const LIFECYCLE = 'http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle';

const code = (code: string, display: string): Code => ({ code, display });

export const EVENT_TYPES: readonly EventType[] = [
  {
    ...code('rest', 'RESTful Operation'),
    system: 'http://terminology.hl7.org/CodeSystem/audit-event-type',
    share: 520,
    subtypeSystem: RESTFUL,
    subtypes: ['read', 'vread', 'search-type', 'create', 'update', 'patch', 'delete'].map((name) =>
      code(name, name),
    ),
    actions: 'RRECUUD',
    aboutPatient: true,
  },
  {
    ...code('110110', 'Patient Record'),
    system: DCM,
    share: 130,
    subtypeSystem: LIFECYCLE,
    subtypes: [code('access', 'Access/View Record Lifecycle Event'), code('amend', 'Amend (Update)')],
    actions: 'RU',
    aboutPatient: true,
  },
  {
    ...code('110112', 'Query'),
    system: DCM,
    share: 90,
    subtypeSystem: IHE,
    subtypes: [
      code('ITI-78', 'Mobile Patient Demographics Query'),
      code('ITI-67', 'Find Document References'),
    ],
    actions: 'EE',
    aboutPatient: true,
  },
  {
    ...code('110114', 'User Authentication'),
    system: DCM,
    share: 90,
    subtypeSystem: DCM,
    subtypes: [code('110122', 'Login'), code('110123', 'Logout'), code('110126', 'Node Authentication')],
    actions: 'EEE',
    aboutPatient: false,
  },
  {
    ...code('110106', 'Export'),
    system: DCM,
    share: 40,
    subtypeSystem: IHE,
    subtypes: [
      code('ITI-65', 'Provide Document Bundle'),
      code('ITI-41', 'Provide and Register Document Set-b'),
    ],
    actions: 'RR',
    aboutPatient: true,
  },
  {
    ...code('110107', 'Import'),
    system: DCM,
    share: 30,
    subtypeSystem: IHE,
    subtypes: [code('ITI-68', 'Retrieve Document'), code('ITI-43', 'Retrieve Document Set')],
    actions: 'CC',
    aboutPatient: true,
  },
  {
    ...code('110103', 'DICOM Instances Accessed'),
    system: DCM,
    share: 40,
    subtypeSystem: LIFECYCLE,
    subtypes: [code('access', 'Access/View Record Lifecycle Event'), code('originate', 'Originate/Retain')],
    actions: 'RC',
    aboutPatient: true,
  },
  {
    ...code('110104', 'DICOM Instances Transferred'),
    system: DCM,
    share: 20,
    subtypeSystem: LIFECYCLE,
    subtypes: [code('transmit', 'Transmit'), code('receive', 'Receive/Retain')],
    actions: 'RC',
    aboutPatient: true,
  },
  {
    ...code('110105', 'DICOM Study Deleted'),
    system: DCM,
    share: 3,
    subtypeSystem: LIFECYCLE,
    subtypes: [code('destroy', 'Destroy/Delete')],
    actions: 'D',
    aboutPatient: true,
  },
  {
    ...code('110113', 'Security Alert'),
    system: DCM,
    share: 12,
    subtypeSystem: DCM,
    subtypes: [code('110127', 'Emergency Override Started'), code('110128', 'Network Configuration')],
    actions: 'EE',
    aboutPatient: false,
  },
  {
    ...code('110100', 'Application Activity'),
    system: DCM,
    share: 20,
    subtypeSystem: DCM,
    subtypes: [code('110120', 'Application Start'), code('110121', 'Application Stop')],
    actions: 'EE',
    aboutPatient: false,
  },
  {
    ...code('110101', 'Audit Log Used'),
    system: DCM,
    share: 5,
    subtypeSystem: LIFECYCLE,
    subtypes: [code('access', 'Access/View Record Lifecycle Event')],
    actions: 'R',
    aboutPatient: false,
  },
];

/** FHIR's outcomes and how many of a thousand events. */
export const OUTCOMES = [
  { code: '0', share: 950, description: undefined },
  { code: '4', share: 35, description: 'Access was denied by consent' },
  { code: '8', share: 12, description: 'The document store did not answer' },
  { code: '12', share: 3, description: 'The record system was unavailable' },
] as const;

/** Given and family names of one script; a person has one of each. */
export const NAMES: readonly { readonly given: readonly string[]; readonly family: readonly string[] }[] = [
  {
    given: words(
      'Anna Johannes Katharina Maximilian Sophie Friedrich Alexandra Sebastian Charlotte Matthias',
    ),
    family: words('Müller Schönherr Weißenberger Brandstätter Hofmeister Kirchgässner Lindner Oberhauser'),
  },
  {
    given: words('María José-Luis Françoise Jérôme Zoë Søren Łukasz Agnieszka Þóra Renée Inês Márcio'),
    family: words('García-Márquez Lefèvre Kjærgård Wiśniewska Guðmundsdóttir Gonçalves Çelik Novák Đorđević'),
  },
  {
    given: words(
      'Mary Robert Patricia Christopher Elizabeth Nathaniel Margaret Theodore Josephine Bartholomew',
    ),
    family: words(
      "O'Connor Featherstone MacAllister Washington Abernathy Throckmorton Summerfield Kensington",
    ),
  },
  {
    given: words('Анастасия Дмитрий Екатерина Владимир Светлана Александр Людмила Константин'),
    family: words('Достоевская Преображенский Вознесенская Рождественский Щербакова Мусоргский'),
  },
  {
    given: words('Ελευθερία Κωνσταντίνος Παρασκευή Αλέξανδρος Δήμητρα Χριστόφορος'),
    family: words('Παπαδοπούλου Θεοδωράκης Καραγιάννης Οικονομίδου Αναγνωστόπουλος'),
  },
  { given: words('小明 美玲 健太郎 さくら 志强 丽华'), family: words('王 佐藤 長谷川 欧阳 司马 小笠原') },
  { given: words('فاطمة محمد عبدالرحمن زينب يوسف'), family: words('الحسيني المنصوري الزهراني القحطاني') },
];

/** What an event is about. None of these words is in anything else of an event, so that their counts are known. */
export const TOPICS = words(
  'amoxicillin ibuprofen metformin ramipril bisoprolol pantoprazole levothyroxine atorvastatin warfarin insulin ' +
    'enoxaparin prednisolone salbutamol furosemide clopidogrel apixaban sertraline mirtazapine quetiapine ' +
    'tramadol fentanyl ondansetron ceftriaxone vancomycin meropenem aciclovir tacrolimus methotrexate rituximab ' +
    'pembrolizumab cisplatin tamoxifen letrozole spirometry angiography colonoscopy arthroscopy mammography ' +
    'sonography electrocardiogram echocardiogram laparoscopy bronchoscopy gastroscopy dialysis transfusion ' +
    'vaccination appendectomy tonsillectomy hysterectomy cholecystectomy craniotomy thoracotomy amputation',
);

/** Where it happened; see TOPICS. */
export const WARDS = words(
  'cardiology neurology oncology paediatrics orthopaedics urology nephrology gastroenterology pulmonology ' +
    'haematology dermatology ophthalmology psychiatry radiology anaesthesiology obstetrics endocrinology ' +
    'rheumatology geriatrics traumatology',
);

export const DOCUMENTS = [
  'Discharge letter',
  'Medication plan',
  'Laboratory report',
  'Operation report',
  'Nursing record',
  'Consent form',
  'Referral',
  'Imaging study',
] as const;

export const POLICIES = [
  'http://policy.example.org/treatment',
  'http://policy.example.org/emergency-access',
  'http://policy.example.org/billing/2026',
  'urn:oid:1.2.276.0.76.3.1.81.1.1',
] as const;

export const SITES = words('north-campus south-campus day-clinic rehabilitation-centre laboratory archive');

function words(text: string): readonly string[] {
  return text.split(' ');
}
