package sample

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"

	"quietline/backend/clinic"
)

// story is what became of a patient's consent.
type story string

const (
	steady     story = ""           // signed, and signed again each year
	unasked    story = "unasked"    // nobody has asked yet
	asked      story = "asked"      // asked, and said yes on the phone; the paper is not back
	answered   story = "answered"   // the paper is back; the signature is missing
	narrowed   story = "narrowed"   // reduced to reminders by a call
	choosy     story = "choosy"     // office hours, at most one text a week
	excluding  story = "excluding"  // never about money or medication
	ending     story = "ending"     // ends within the month
	ended      story = "ended"      // ended two months ago
	calledOff  story = "called off" // taken back by a call
	toldOff    story = "told off"   // taken back at the counter
	stopped    story = "stopped"    // taken back by STOP
	returned   story = "returned"   // STOP, then START and a new paper
	grownUp    story = "grown up"   // paused on the eighteenth birthday
	unshared   story = "unshared"   // others read the phone, and the paper does not say so
	unlettered story = "landline"   // the number takes no texts
	unreached  story = "unreached"  // the phone was off yesterday
	overheld   story = "held"       // a text waited too long to go by itself
	misdialled story = "misdialled" // a stranger answers
)

// person is a patient as the sample clinic knows one.
type person struct {
	name string
	// call is how the clinic addresses whoever reads the texts.
	call     string
	age      int
	phone    string // area code and last four digits
	language clinic.Language
	zone     clinic.Zone
	guardian string
	shared   bool // others use the phone as well
	story    story
	since    int     // weeks as a patient; zero for all of the time
	chatty   float64 // how many texts, against the usual 1; zero is 1
	thanks   string  // in a language of her own
}

const (
	en = clinic.English
	es = clinic.Spanish

	denver     clinic.Zone = "America/Denver"
	phoenix    clinic.Zone = "America/Phoenix"
	losAngeles clinic.Zone = "America/Los_Angeles"
	chicago    clinic.Zone = "America/Chicago"
	newYork    clinic.Zone = "America/New_York"
	honolulu   clinic.Zone = "Pacific/Honolulu"
	anchorage  clinic.Zone = "America/Anchorage"
	puertoRico clinic.Zone = "America/Puerto_Rico"
)

// families are the sixty patients whom every sample clinic has. Nobody of them
// exists: the names are invented, and numbers from 555-0100 to 555-0199 belong
// to nobody. Numbers that end with 7 take no texts.
func families() []person {
	return []person{
		{name: "Marisol Vega", call: "Marisol", age: 36, phone: "303-0142", language: es, zone: denver, shared: true, chatty: 1.6},
		{name: "Mateo Vega", call: "Marisol", age: 8, phone: "303-0142", language: es, zone: denver, guardian: "Marisol Vega", shared: true},
		{name: "Lucía Vega", call: "Marisol", age: 11, phone: "303-0142", language: es, zone: denver, guardian: "Marisol Vega", shared: true, since: 60},
		{name: "Nguyễn Minh Anh", call: "Hoa", age: 9, phone: "720-0118", language: en, zone: denver, guardian: "Nguyễn Thị Hoa", shared: true, thanks: "Cảm ơn"},
		{name: "Nguyễn Gia Bảo", call: "Hoa", age: 13, phone: "720-0118", language: en, zone: denver, guardian: "Nguyễn Thị Hoa", shared: true, thanks: "Cảm ơn"},
		{name: "Harold Lindqvist", call: "Harold", age: 79, phone: "303-0165", language: en, zone: denver, shared: true},
		{name: "Jean Lindqvist", call: "Jean", age: 77, phone: "303-0165", language: en, zone: denver, shared: true, story: unshared},
		{name: "Борис Левченко", call: "Boris", age: 68, phone: "720-0139", language: en, zone: denver, shared: true, thanks: "Спасибо"},
		{name: "Галина Левченко", call: "Galina", age: 66, phone: "720-0139", language: en, zone: denver, shared: true, thanks: "Спасибо", chatty: 1.3},
		{name: "王秀英", call: "Ms. Wang", age: 58, phone: "303-0171", language: en, zone: denver, thanks: "谢谢"},

		{name: "김서연", call: "Mr. Kim", age: 16, phone: "720-0152", language: en, zone: denver, guardian: "김지훈", thanks: "감사합니다"},
		{name: "ليلى حداد", call: "Rania", age: 15, phone: "303-0184", language: en, zone: denver, guardian: "رانيا حداد", thanks: "شكرا"},
		{name: "प्रिया शर्मा", call: "Priya", age: 33, phone: "970-0126", language: en, zone: denver, thanks: "धन्यवाद", chatty: 1.4},
		{name: "Owen Whitfield", call: "Claire", age: 6, phone: "303-0113", language: en, zone: denver, guardian: "Claire Whitfield", chatty: 1.5},
		{name: "Jaylen Brooks", call: "Jaylen", age: 18, phone: "720-0161", language: en, zone: denver, guardian: "Monique Brooks", story: grownUp},
		{name: "Dana Halloran", call: "Dana", age: 41, phone: "303-0128", language: en, zone: denver, chatty: 2},
		{name: "Tobias Engström", call: "Tobias", age: 29, phone: "720-0174", language: en, zone: denver},
		{name: "Siobhán O'Malley", call: "Siobhán", age: 52, phone: "303-0136", language: en, zone: denver},
		{name: "Xiomara Peña Rosario", call: "Xiomara", age: 44, phone: "787-0145", language: es, zone: puertoRico},
		{name: "Kealoha Makoa", call: "Kealoha", age: 38, phone: "808-0120", language: en, zone: honolulu, since: 50},

		{name: "Wilhelmina Achterberg", call: "Mrs. Achterberg", age: 91, phone: "303-0155", language: en, zone: denver, chatty: 0.5},
		{name: "Rosalind Park", call: "Rosalind", age: 47, phone: "312-0133", language: en, zone: chicago, story: narrowed},
		{name: "Everett Shaw", call: "Everett", age: 63, phone: "303-0191", language: en, zone: denver, story: calledOff},
		{name: "Yesenia Cárdenas", call: "Yesenia", age: 31, phone: "720-0109", language: es, zone: denver, story: toldOff, since: 55},
		{name: "Garrett Doyle", call: "Garrett", age: 37, phone: "970-0148", language: en, zone: denver, story: stopped},
		{name: "Anneliese Vogt", call: "Anneliese", age: 56, phone: "303-0116", language: en, zone: denver, story: ended},
		{name: "Terrence Okonkwo", call: "Terrence", age: 45, phone: "720-0183", language: en, zone: denver, story: ending},
		{name: "Guadalupe Ríos", call: "Guadalupe", age: 60, phone: "303-0158", language: es, zone: denver, story: ending},
		{name: "Bridget Fontaine", call: "Bridget", age: 26, phone: "212-0181", language: en, zone: newYork, story: asked, since: 3, chatty: 0.3},
		{name: "Dmitri Volkov", call: "Dmitri", age: 39, phone: "415-0164", language: en, zone: losAngeles, story: answered, since: 5, chatty: 0.3},

		{name: "Josephine Tran", call: "Josephine", age: 34, phone: "720-0195", language: en, zone: denver, story: choosy, thanks: "Cảm ơn", chatty: 0.4},
		{name: "Leonard Katz", call: "Leonard", age: 72, phone: "303-0131", language: en, zone: denver, story: excluding},
		{name: "Imani Castellanos", call: "Imani", age: 28, phone: "602-0122", language: en, zone: phoenix, story: returned},
		{name: "Walter Brannigan", call: "Walter", age: 83, phone: "303-0147", language: en, zone: denver, story: unlettered, since: 1},
		{name: "Ofelia Montoya", call: "Ofelia", age: 70, phone: "505-0187", language: es, zone: denver, story: unlettered, since: 2},
		{name: "Caleb Nakai", call: "Caleb", age: 24, phone: "928-0150", language: en, zone: phoenix, story: unasked, since: 1, chatty: 0.3},
		{name: "Hannah Silverstein", call: "Hannah", age: 30, phone: "303-0168", language: en, zone: denver, chatty: 1.3},
		{name: "Abdi Warsame", call: "Abdi", age: 42, phone: "720-0125", language: en, zone: denver, thanks: "Mahadsanid"},
		{name: "Zofia Wójcik", call: "Zofia", age: 35, phone: "312-0172", language: en, zone: chicago, thanks: "Dziękuję"},
		{name: "Rafael Quintanilla", call: "Rafael", age: 49, phone: "303-0101", language: es, zone: denver, chatty: 1.2},

		{name: "Beatriz Ulloa", call: "Beatriz", age: 27, phone: "970-0135", language: es, zone: denver},
		{name: "Ignacio Bustamante", call: "Ignacio", age: 54, phone: "719-0143", language: es, zone: denver, shared: true},
		{name: "Paloma Bustamante", call: "Ignacio", age: 14, phone: "719-0143", language: es, zone: denver, guardian: "Ignacio Bustamante", shared: true, since: 40},
		{name: "Nikhil Venkataraman", call: "Nikhil", age: 40, phone: "303-0175", language: en, zone: denver, since: 30},
		{name: "Søren Kjeldsen", call: "Søren", age: 50, phone: "720-0114", language: en, zone: denver},
		{name: "Margaret Two Rivers", call: "Margaret", age: 57, phone: "605-0153", language: en, zone: denver},
		{name: "Chloé Desrochers", call: "Chloé", age: 22, phone: "303-0123", language: en, zone: denver, thanks: "Merci"},
		{name: "Malik Robinson", call: "Tasha", age: 10, phone: "720-0146", language: en, zone: denver, guardian: "Tasha Robinson", since: 65, chatty: 1.3},
		{name: "Esperanza Delgado", call: "Esperanza", age: 66, phone: "303-0182", language: es, zone: denver, chatty: 0.8},
		{name: "Frances Mulroney", call: "Frances", age: 74, phone: "907-0111", language: en, zone: anchorage, story: misdialled},

		{name: "陳家豪", call: "Mr. Chen", age: 46, phone: "415-0129", language: en, zone: losAngeles, thanks: "謝謝"},
		{name: "Hyun-woo Seo", call: "Hyun-woo", age: 32, phone: "720-0188", language: en, zone: denver, thanks: "감사해요"},
		{name: "Олена Бондар", call: "Olena", age: 43, phone: "303-0104", language: en, zone: denver, thanks: "Дякую", chatty: 1.4},
		{name: "Amara Eze", call: "Amara", age: 25, phone: "720-0103", language: en, zone: denver},
		{name: "Gideon Ashworth", call: "Gideon", age: 61, phone: "970-0112", language: en, zone: denver, story: overheld},
		{name: "Tomoko Hayashi", call: "Tomoko", age: 53, phone: "303-0119", language: en, zone: denver, thanks: "ありがとうございます"},
		{name: "Lionel Baptiste", call: "Lionel", age: 48, phone: "212-0140", language: en, zone: newYork, since: 45},
		{name: "Renata Figueiredo", call: "Renata", age: 37, phone: "303-0193", language: en, zone: denver, thanks: "Obrigada", since: 26},
		{name: "Elliot Sandoval", call: "Elliot", age: 21, phone: "720-0106", language: en, zone: denver, chatty: 1.5, since: 70},
		{name: "Phyllis Greenbaum", call: "Phyllis", age: 86, phone: "303-0150", language: en, zone: denver, story: unreached, chatty: 0.6},
	}
}

// minor reports whether somebody else reads and signs.
func (p *person) minor() bool { return p.guardian != "" && p.age < 18 }

// given returns by which name a family speaks of a patient.
func (p *person) given() string {
	words := strings.Fields(p.name)
	if p.minor() && len(words) == 3 { // Vietnamese: the family's name comes first
		return strings.Join(words[1:], " ")
	}
	return words[0]
}

// phoneNumber returns the number in full.
func phoneNumber(short string) clinic.Phone {
	area, last, _ := strings.Cut(short, "-")
	return clinic.Phone("+1" + area + "555" + last)
}

// crowdFrom is the patient with whom invention begins.
const crowdFrom = 60

// maxPatients is how many fictional numbers the area codes below have, but for
// those that the families have and those that end with 7.
const maxPatients = 4000

func areaCodes() []int {
	return []int{
		205, 207, 208, 209, 210, 214, 216, 218, 225, 228, 234, 239, 240, 251, 252, 254, 256, 260, 262, 267,
		270, 281, 301, 304, 305, 307, 308, 309, 313, 314, 316, 317, 318, 319, 320, 321, 330, 334, 336, 337,
		339, 346, 347, 351, 352, 360, 361, 385,
	}
}

// names are given names and family names that go together.
type names struct {
	given, family []string
	language      clinic.Language
	thanks        string
	familyFirst   bool
}

func crowdNames() []names {
	english := names{
		given: strings.Fields(`Ada Amos Bernice Byron Celia Clark Daphne Dwight Edith Elmer Fern Floyd Greta Hugo Ivy
			Jasper Keziah Lyle Mabel Nolan Opal Percy Quinn Rhoda Silas Thelma Ulysses Vera Wade Zelda`),
		family: strings.Fields(`Abernathy Bickford Caldwell Dunmore Eastman Fairbanks Gantry Hathaway Ingersoll Jessup Kimball
			Lockwood Merriweather Northrup Oakley Pemberton Quimby Ravenel Satterfield Thackeray Underhill Vandermeer`),
		language: en,
	}
	return []names{
		english, english, english,
		{
			given: strings.Fields(`Abril Benjamín Camila Damián Eloísa Fermín Graciela Hernán Inés Joaquín Leticia Moisés
				Noemí Octavio Pilar Ramiro Sofía Teodoro Úrsula Verónica`),
			family:   strings.Fields(`Alarcón Benítez Carrasco Echeverría Fuentes Garmendia Hinojosa Ibáñez Lozano Muñoz Núñez Orozco Palacios Quiñones Saldívar Treviño`),
			language: es,
		},
		{given: strings.Fields("An Bình Châu Dung Giang Hạnh Khoa Linh Mai Ngọc Phúc Quân Thảo Vy"), family: strings.Fields("Trần Lê Phạm Huỳnh Đặng Bùi Đỗ"), language: en, thanks: "Cảm ơn", familyFirst: true},
		{given: strings.Fields("伟 芳 娜 敏 静 磊 洋 艳 勇 杰"), family: strings.Fields("李 张 刘 杨 赵 黄 周 吴"), language: en, thanks: "谢谢", familyFirst: true},
		{given: strings.Fields("민준 서윤 지우 하은 도윤 수아 예준 지민"), family: strings.Fields("이 박 최 정 강 조 윤"), language: en, thanks: "감사합니다", familyFirst: true},
		{given: strings.Fields("أحمد سارة يوسف مريم خالد نور سمير هناء"), family: strings.Fields("منصور النجار خوري السيد بركات"), language: en, thanks: "شكرا"},
		{given: strings.Fields("Анна Сергей Мария Иван Ольга Павел Вера Максим"), family: strings.Fields("Коваленко Мельник Ткаченко Шевчук Гончар"), language: en, thanks: "Спасибо"},
		{given: strings.Fields("अनिल सुनीता राजेश मीना विक्रम कविता"), family: strings.Fields("वर्मा गुप्ता पटेल सिंह यादव"), language: en, thanks: "धन्यवाद"},
	}
}

// crowd invents the patient of a number from crowdFrom on.
func crowd(seed uint64, n int) person {
	rnd := random(seed, "patient", n)
	sets := crowdNames()
	set := sets[rnd.IntN(len(sets))]
	given, family := set.given[rnd.IntN(len(set.given))], set.family[rnd.IntN(len(set.family))]
	areas := areaCodes()
	at := n - crowdFrom
	// 90 numbers of each area code, leaving out those that end with 7.
	last := at / len(areas)
	digit := last % 9
	if digit >= 7 {
		digit++
	}
	p := person{
		name: given + " " + family, call: given, age: 20 + rnd.IntN(65), language: set.language, zone: denver,
		phone: fmt.Sprintf("%d-01%d%d", areas[at%len(areas)], last/9%10, digit),
		since: 8 + rnd.IntN(weeks), thanks: set.thanks, chatty: 0.4 + 1.2*rnd.Float64(),
	}
	if set.familyFirst {
		p.name = family + " " + given
		if len([]rune(family)) == 1 { // no space in Chinese and Korean
			p.name = family + given
		}
	}
	switch rnd.IntN(12) {
	case 0:
		p.zone = []clinic.Zone{phoenix, losAngeles, chicago, newYork}[rnd.IntN(4)]
	case 1:
		p.story = []story{narrowed, excluding, ending, ended, calledOff, toldOff}[rnd.IntN(6)]
	}
	return p
}

// random returns a source of draws that depends on the seed, on what is drawn
// and on nothing else: what is drawn for one patient leaves all others as they
// are.
func random(seed uint64, what string, n int) *rand.Rand {
	h := fnv.New64a()
	// Writing to a hash never fails.
	_, _ = fmt.Fprintf(h, "%s %d", what, n)
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}
