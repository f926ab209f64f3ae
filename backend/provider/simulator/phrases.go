package simulator

// What people write back. The lines are kind, say nothing about anybody's
// health, and fit several situations each.

func english() book {
	return book{
		topics: []topic{
			{
				[]string{"reschedul", "move your", "another time", "different time"},
				[]string{
					"Thursday after 3 would work for me, if you have it.",
					"Could we do next week instead? Mornings are best.",
					"Any day but Tuesday is fine. Thank you for checking!",
					"Would Monday at 10 be open?",
				},
			},
			{
				[]string{"cancel"},
				[]string{
					"Thanks for letting me know. Please keep me posted on new times.",
					"That's ok. When is the next opening?",
					"No problem, I understand.",
				},
			},
			{
				[]string{"insurance", "copay", "card", "bill", "payment"},
				[]string{
					"I'll bring the new card with me.",
					"I think it stayed the same this year. Can you check for me?",
					"Ok, can I pay at the front desk?",
				},
			},
			{
				[]string{"form", "paperwork", "sign"},
				[]string{
					"I'll fill it out tonight and bring it along.",
					"Can I do the form when I come in?",
					"Done! Let me know if I missed a page.",
				},
			},
			{
				[]string{"confirm", "remind", "appointment", "see you", "visit", "session", "tomorrow", "today"},
				[]string{
					"Yes, I'll be there. Thanks for the reminder!",
					"See you then!",
					"I'll be there, maybe five minutes early.",
					"Yes that works. Is parking still behind the building?",
					"I might be a few minutes late, the bus is slow on that day. Is that ok?",
					"Thank you! Should I bring anything?",
				},
			},
			{
				[]string{"parking", "address", "directions", "door", "building"},
				[]string{"Got it, thank you!", "Perfect, I know where that is.", "Thanks, that helps."},
			},
			{
				[]string{"thank", "you're welcome", "no problem"},
				[]string{"Have a good day!", "Thanks again :)", "Appreciate it!"},
			},
			{
				[]string{"?"},
				[]string{"Yes, that works for me.", "Let me check and get back to you this afternoon.", "Yes please, thank you."},
			},
		},
		otherwise: []string{
			"Ok, thank you!", "Thanks for letting me know.", "Sounds good.", "Got it. Have a nice day!",
			"Great, thanks so much.",
		},
		terse:       []string{"Ok", "Yes", "Thx", "👍", "Will do", "Sure"},
		newNumber:   []string{"Hi, this is my new number. Please text me here from now on, thanks!", "Hello! I changed phones, this is my number now. Can you update it for me?"},
		wrongNumber: []string{"Hi, I think you have the wrong number.", "Still not me, sorry! Could you take this number off your list?"},
		picture:     []string{"Here it is", "Is this one readable?", ""},
	}
}

func spanish() book {
	return book{
		topics: []topic{
			{
				[]string{"reprogram", "cambiar su", "otra hora", "otro día", "reschedul"},
				[]string{
					"El jueves después de las 3 me queda bien, si se puede.",
					"¿Podría ser la próxima semana? Mejor por la mañana.",
					"Cualquier día menos el martes. ¡Gracias!",
				},
			},
			{
				[]string{"cancel"},
				[]string{"Gracias por avisarme.", "Está bien. ¿Cuándo hay otro lugar?", "No hay problema, entiendo."},
			},
			{
				[]string{"seguro", "tarjeta", "copago", "pago", "insurance"},
				[]string{"Llevo la tarjeta nueva.", "Creo que es el mismo de antes. ¿Lo puede revisar?", "¿Puedo pagar en la recepción?"},
			},
			{
				[]string{"formulario", "firma", "papeles", "form"},
				[]string{"Lo lleno esta noche y lo llevo.", "¿Lo puedo llenar cuando llegue?", "¡Listo! Me avisa si falta algo."},
			},
			{
				[]string{"confirm", "record", "cita", "sesión", "mañana", "hoy", "appointment"},
				[]string{
					"Sí, ahí estaré. ¡Gracias por avisar!",
					"¡Nos vemos!",
					"Sí, me queda bien. ¿Necesito llevar algo?",
					"Tal vez llego unos minutos tarde por el autobús. ¿Está bien?",
				},
			},
			{
				[]string{"gracias"},
				[]string{"¡Que tenga buen día!", "Gracias a usted.", "Muy amable."},
			},
			{
				[]string{"?"},
				[]string{"Sí, me queda bien.", "Déjeme revisar y le aviso en la tarde.", "Sí, por favor. Gracias."},
			},
		},
		otherwise: []string{
			"Muchas gracias.", "Gracias por avisarme.", "Está bien, gracias.", "Perfecto. ¡Que tenga buen día!",
		},
		terse:       []string{"Ok", "Sí", "Gracias", "👍", "Claro"},
		newNumber:   []string{"Hola, este es mi número nuevo. Por favor escríbame aquí, gracias.", "¡Hola! Cambié de teléfono, ahora uso este número. ¿Lo puede actualizar?"},
		wrongNumber: []string{"Hola, creo que se equivocó de número.", "Sigo sin ser yo, perdón. ¿Puede quitar este número de su lista?"},
		picture:     []string{"Aquí está", "¿Se ve bien?", ""},
	}
}
